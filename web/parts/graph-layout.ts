/** Where the tasks of an epic stand in its graph. Pure. */
import dagre from '@dagrejs/dagre';
import type { TaskSummary } from '../data/epics.ts';

export const NODE = { width: 210, height: 62 } as const;

export interface NodePosition {
  readonly x: number;
  readonly y: number;
}

/** The upper left corner of each task by key, left to right in the order of dependencies. */
export function layOut(tasks: readonly Pick<TaskSummary, 'key' | 'dependsOn'>[]): Map<string, NodePosition> {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 18, ranksep: 56 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { key } of tasks) graph.setNode(key, { ...NODE });
  for (const { key, dependsOn } of tasks) for (const need of dependsOn) graph.setEdge(need, key);
  dagre.layout(graph);
  return new Map(
    tasks.map(({ key }) => {
      const { x, y } = graph.node(key) as unknown as NodePosition;
      return [key, { x: x - NODE.width / 2, y: y - NODE.height / 2 }];
    }),
  );
}
