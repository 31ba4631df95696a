/** The tasks of an epic as nodes and edges of its graph. Pure. */
import type { Edge, Node } from '@xyflow/react';
import { isFinal } from '../../api/client/epic-now.ts';
import type { TaskSummary } from '../data/epics.ts';
import { stateWords } from './format.ts';
import { NODE, type NodePosition } from './graph-layout.ts';

interface TaskData extends Pick<TaskSummary, 'title' | 'state'>, Record<string, unknown> {
  readonly taskId: string;
  readonly needs: boolean;
  readonly isNeeded: boolean;
}

/** What a task does now is not in its node: a node that is another costs the whole graph. */
export type TaskNode = Node<TaskData, 'task'>;

/** Graphs of the same shape are laid out alike. */
export const shapeOf = (tasks: readonly TaskSummary[]): string =>
  tasks.map(({ key, dependsOn }) => `${key}<${dependsOn.join()}`).join(';');

/** Graphs of the same shape and the same states have the same nodes and edges. */
export const statesOf = (tasks: readonly TaskSummary[]): string =>
  JSON.stringify(tasks.map(({ title, state }) => [title, state]));

export function nodesOf(tasks: readonly TaskSummary[], positions: ReadonlyMap<string, NodePosition>): TaskNode[] {
  const needed = new Set(tasks.flatMap(({ dependsOn }) => dependsOn));
  return tasks.map(({ id, key, title, state, dependsOn }) => ({
    id: key,
    type: 'task',
    position: positions.get(key) ?? { x: 0, y: 0 },
    data: { taskId: id, title, state, needs: dependsOn.length > 0, isNeeded: needed.has(key) },
    ...NODE,
    // Known, so that a node that is another is not measured again.
    measured: NODE,
    ariaLabel: `${title}: ${stateWords(state)}`,
  }));
}

/** Those to tasks at work stand out, but are still: a line that moves costs a third of a core while the page is open. */
const ACTIVE = { stroke: 'var(--mantine-color-blue-6)', strokeWidth: 2 };

export const edgesOf = (tasks: readonly TaskSummary[]): Edge[] =>
  tasks.flatMap(({ key, state, dependsOn }) =>
    dependsOn.map((need) => ({
      id: `${need}>${key}`,
      source: need,
      target: key,
      ...(isFinal(state) || state === 'PENDING' ? {} : { style: ACTIVE }),
    })),
  );
