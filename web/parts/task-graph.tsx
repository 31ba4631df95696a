/** The tasks of an epic as a graph that shows live who waits for whom. */
import '@xyflow/react/dist/style.css';
import { Box, Paper, Text, useComputedColorScheme } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Controls, Handle, type NodeProps, Position, ReactFlow, useReactFlow, useStore } from '@xyflow/react';
import { createContext, memo, useCallback, useContext, useEffect, useMemo } from 'react';
import { isFinal } from '../../api/client/epic-now.ts';
import type { TaskSummary } from '../data/epics.ts';
import { colorOf, stateWords } from './format.ts';
import { layOut, NODE } from './graph-layout.ts';
import { edgesOf, nodesOf, shapeOf, statesOf, type TaskNode } from './graph-nodes.ts';

const TYPES = { task: TaskBox };
const FIT = { maxZoom: 1 };
const PLAIN = { hideAttribution: true };

/** By key: what a task does now is drawn without the graph around it, which the library draws as a whole. */
const Tasks = createContext<ReadonlyMap<string, TaskSummary>>(new Map());

export function TaskGraph({ tasks }: { readonly tasks: readonly TaskSummary[] }) {
  const byKey = useMemo(() => new Map(tasks.map((task) => [task.key, task])), [tasks]);
  const [shape, states] = [shapeOf(tasks), statesOf(tasks)];
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another shape is laid out again
  const positions = useMemo(() => layOut(tasks), [shape]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another state changes nodes and edges
  const [nodes, edges] = useMemo(() => [nodesOf(tasks, positions), edgesOf(tasks)], [positions, states]);
  return (
    <Tasks value={byKey}>
      <Graph key={shape} nodes={nodes} edges={edges} />
    </Tasks>
  );
}

interface GraphProps {
  readonly nodes: TaskNode[];
  readonly edges: ReturnType<typeof edgesOf>;
}

const Graph = memo(function Graph({ nodes, edges }: GraphProps) {
  const navigate = useNavigate();
  const colorMode = useComputedColorScheme('light');
  const open = useCallback(
    (_: unknown, { data: { taskId } }: TaskNode) => void navigate({ to: '/tasks/$taskId', params: { taskId } }),
    [navigate],
  );
  const lowest = Math.max(...nodes.map(({ position }) => position.y + NODE.height));
  return (
    <Box h={Math.min(Math.max(lowest + 60, 140), 480)} data-graph>
      <ReactFlow
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
        proOptions={PLAIN}
        onNodeClick={open}
      >
        <Controls showInteractive={false} />
        <Fit />
      </ReactFlow>
    </Box>
  );
});

/** Shows all of it again when its box has another size. */
function Fit() {
  const { fitView } = useReactFlow();
  const [width, height] = [useStore((flow) => flow.width), useStore((flow) => flow.height)];
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the size is another
  useEffect(() => void fitView(FIT), [width, height]);
  return null;
}

function TaskBox({ id, data: { title, state, isNeeded, needs } }: NodeProps<TaskNode>) {
  return (
    <Paper
      withBorder
      p={6}
      h={NODE.height}
      w={NODE.width}
      style={{ borderLeft: `4px solid var(--mantine-color-${colorOf(state)}-6)` }}
    >
      {needs && <Handle type="target" position={Position.Left} isConnectable={false} />}
      <Text size="sm" fw={600} truncate>
        {title}
      </Text>
      <Now id={id} />
      {isNeeded && <Handle type="source" position={Position.Right} isConnectable={false} />}
    </Paper>
  );
}

function Now({ id }: { readonly id: string }) {
  const task = useContext(Tasks).get(id);
  return task === undefined ? null : <Line words={nowWords(task)} />;
}

const Line = memo(function Line({ words }: { readonly words: string }) {
  return (
    <Text size="xs" c="dimmed" truncate>
      {words}
    </Text>
  );
});

function nowWords({ state, hold, phase }: TaskSummary): string {
  const now = hold?.reason ?? (isFinal(state) ? undefined : phase);
  return now === undefined ? stateWords(state) : `${stateWords(state)} · ${now}`;
}
