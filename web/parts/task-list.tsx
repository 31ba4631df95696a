/** The tasks of an epic, one a row or a card, each below what it depends on. */
import { Card, Stack, Table, Text } from '@mantine/core';
import type { TaskSummary } from '../data/epics.ts';
import { PageLink } from './link.tsx';
import { Failure, Hold, State } from './state.tsx';
import { useNarrow } from './use-narrow.ts';

export function TaskList({ tasks }: { readonly tasks: readonly TaskSummary[] }) {
  if (useNarrow()) {
    return (
      <Stack gap="xs">
        {tasks.map((task) => (
          <TaskCard key={task.key} task={task} />
        ))}
      </Stack>
    );
  }
  return (
    <Table.ScrollContainer minWidth={520} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Task</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th>Now</Table.Th>
            <Table.Th>Depends on</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tasks.map((task) => (
            <Table.Tr key={task.key} data-task={task.key}>
              <Table.Td>
                <Name task={task} />
              </Table.Td>
              <Table.Td>
                <State state={task.state} />
              </Table.Td>
              <Table.Td>
                <Now task={task} />
              </Table.Td>
              <Table.Td>
                <Text size="sm">{task.dependsOn.join(', ')}</Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface OfTask {
  readonly task: TaskSummary;
}

function TaskCard({ task }: OfTask) {
  return (
    <Card withBorder padding="sm" data-task={task.key}>
      <Stack gap="xs" align="flex-start">
        <Name task={task} />
        <State state={task.state} />
        <Now task={task} />
        {task.dependsOn.length > 0 && <Text size="sm">Depends on {task.dependsOn.join(', ')}</Text>}
      </Stack>
    </Card>
  );
}

function Name({ task: { id, key, title, attempt } }: OfTask) {
  return (
    <div>
      <PageLink to="/tasks/$taskId" params={{ taskId: id }} fw={600}>
        {title}
      </PageLink>
      <Text size="xs" c="dimmed">
        {key}
        {attempt > 1 && ` · attempt ${attempt}`}
      </Text>
    </div>
  );
}

function Now({ task: { phase, hold, failure } }: OfTask) {
  return (
    <Stack gap={2}>
      <Text size="sm">{phase}</Text>
      <Hold hold={hold} />
      <Failure failure={failure} />
    </Stack>
  );
}
