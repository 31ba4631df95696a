/** The tasks of an epic, one a row, each below what it depends on. */
import { Stack, Table, Text } from '@mantine/core';
import type { TaskSummary } from '../data/epics.ts';
import { PageLink } from './link.tsx';
import { Failure, Hold, State } from './state.tsx';

export function TaskList({ tasks }: { readonly tasks: readonly TaskSummary[] }) {
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
                <PageLink to="/tasks/$taskId" params={{ taskId: task.id }} fw={600}>
                  {task.title}
                </PageLink>
                <Text size="xs" c="dimmed">
                  {task.key}
                  {task.attempt > 1 && ` · attempt ${task.attempt}`}
                </Text>
              </Table.Td>
              <Table.Td>
                <State state={task.state} />
              </Table.Td>
              <Table.Td>
                <Stack gap={2}>
                  <Text size="sm">{task.phase}</Text>
                  <Hold hold={task.hold} />
                  <Failure failure={task.failure} />
                </Stack>
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
