/** Agents that have not ended, each with what it said last. */
import { Stack, Table, Text } from '@mantine/core';
import type { FleetAgent } from '../data/fleet.ts';
import { doesWhat } from './fleet.ts';
import { PartLink } from './part-link.tsx';
import { Hold, State } from './state.tsx';
import { Ago } from './time.tsx';
import { WideTable } from './wide-table.tsx';

export function AgentsAtWork({ agents }: { readonly agents: readonly FleetAgent[] }) {
  if (agents.length === 0) return <Text c="dimmed">There is none.</Text>;
  return (
    <WideTable
      minWidth={760}
      head={
        <>
          <Table.Th>Agent</Table.Th>
          <Table.Th>State</Table.Th>
          <Table.Th w="45%">Last line</Table.Th>
          <Table.Th>Turn</Table.Th>
          <Table.Th>Host</Table.Th>
        </>
      }
    >
      {agents.map((agent) => (
        <Table.Tr key={agent.id} data-agent={agent.id}>
          <Table.Td>
            <PartLink epicId={agent.epicId} taskKey={agent.taskKey} title={agent.taskTitle ?? agent.epicTitle} />
            <Text size="xs" c="dimmed">
              {doesWhat(agent.purpose)}
              {agent.attempt > 1 && `, attempt ${agent.attempt}`} · {agent.model}
            </Text>
          </Table.Td>
          <Table.Td>
            <State state={agent.state} />
            <Hold hold={agent.hold} />
          </Table.Td>
          <Table.Td>
            <Stack gap={0}>
              <Text size="sm" ff="monospace" lineClamp={2}>
                {agent.lastLine ?? agent.phase}
              </Text>
              <Text size="xs" c="dimmed">
                <Ago at={agent.since} />
              </Text>
            </Stack>
          </Table.Td>
          <Table.Td>{agent.turn}</Table.Td>
          <Table.Td>{agent.host ?? '–'}</Table.Td>
        </Table.Tr>
      ))}
    </WideTable>
  );
}
