/** The tasks of an epic as a graph that shows live who waits for whom. */
import '@xyflow/react/dist/style.css';
import { Box, Paper, Text, useComputedColorScheme } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import {
  Controls,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  useReactFlow,
  useStore,
} from '@xyflow/react';
import { useEffect, useMemo } from 'react';
import { isFinal } from '../../api/client/epic-now.ts';
import type { TaskSummary } from '../data/epics.ts';
import { layOut, NODE } from './graph-layout.ts';
import { colorOf, stateWords } from './words.ts';

type TaskNode = Node<{ readonly task: TaskSummary; readonly isNeeded: boolean }, 'task'>;

const TYPES = { task: TaskBox };
const FIT = { maxZoom: 1 };

export function TaskGraph({ tasks }: { readonly tasks: readonly TaskSummary[] }) {
  const navigate = useNavigate();
  const colorMode = useComputedColorScheme('light');
  const shape = tasks.map(({ key, dependsOn }) => `${key}<${dependsOn.join()}`).join(';');
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another shape is laid out anew
  const places = useMemo(() => layOut(tasks), [shape]);
  const needed = new Set(tasks.flatMap(({ dependsOn }) => dependsOn));
  const nodes: TaskNode[] = tasks.map((task) => ({
    id: task.key,
    type: 'task',
    position: places.get(task.key) ?? { x: 0, y: 0 },
    data: { task, isNeeded: needed.has(task.key) },
    ...NODE,
    ariaLabel: `${task.title}: ${stateWords(task.state)}`,
  }));
  const edges = tasks.flatMap((task) =>
    task.dependsOn.map((need) => ({
      id: `${need}>${task.key}`,
      source: need,
      target: task.key,
      animated: !isFinal(task.state) && task.state !== 'PENDING',
    })),
  );
  const lowest = Math.max(...nodes.map(({ position }) => position.y + NODE.height));
  return (
    <Box h={Math.min(Math.max(lowest + 60, 140), 480)} data-graph>
      <ReactFlow
        key={shape}
        nodes={nodes}
        edges={edges}
        nodeTypes={TYPES}
        colorMode={colorMode}
        fitView
        fitViewOptions={FIT}
        minZoom={0.2}
        nodesDraggable={false}
        nodesConnectable={false}
        preventScrolling={false}
        proOptions={{ hideAttribution: true }}
        onNodeClick={(_, { data }) => void navigate({ to: '/tasks/$taskId', params: { taskId: data.task.id } })}
      >
        <Controls showInteractive={false} />
        <Fit />
      </ReactFlow>
    </Box>
  );
}

/** Shows all of it again when its box has another size. */
function Fit() {
  const { fitView } = useReactFlow();
  const [width, height] = [useStore((flow) => flow.width), useStore((flow) => flow.height)];
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the size is another
  useEffect(() => void fitView(FIT), [width, height]);
  return null;
}

function TaskBox({ data: { task, isNeeded } }: NodeProps<TaskNode>) {
  const color = colorOf(task.state);
  return (
    <Paper
      withBorder
      p={6}
      h={NODE.height}
      w={NODE.width}
      style={{ borderLeft: `4px solid var(--mantine-color-${color}-6)` }}
    >
      {task.dependsOn.length > 0 && <Handle type="target" position={Position.Left} isConnectable={false} />}
      <Text size="sm" fw={600} truncate>
        {task.title}
      </Text>
      <Text size="xs" c="dimmed" truncate>
        {stateWords(task.state)}
        {task.hold === null ? (isFinal(task.state) ? '' : ` · ${task.phase}`) : ` · ${task.hold.reason}`}
      </Text>
      {isNeeded && <Handle type="source" position={Position.Right} isConnectable={false} />}
    </Paper>
  );
}
