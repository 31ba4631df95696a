/** What the factory needs, one by one, each with whether it is there. */
import { Badge, Table, Text } from '@mantine/core';
import type { Health } from '../data/fleet.ts';
import { useNarrow } from './use-narrow.ts';

const NAMES: Readonly<Record<string, string>> = {
  postgres: 'PostgreSQL',
  temporal: 'Temporal',
  'queue factory': 'Workers for epics and tasks',
  'queue model': 'Workers that call the model',
  'queue hosts': 'Workers that place tasks on hosts',
};

export function Needs({ health }: { readonly health: Health }) {
  const isNarrow = useNarrow();
  const isTemporalAway = health.dependencies.temporal?.ok === false;
  return (
    <Table>
      <Table.Tbody>
        {Object.entries(health.dependencies).map(([name, { ok, message }]) => (
          <Table.Tr key={name} data-need={name}>
            <Table.Th fw={400}>
              {NAMES[name] ?? name}
              {isNarrow && (
                <Text size="sm" c="dimmed">
                  {message}
                </Text>
              )}
            </Table.Th>
            <Table.Td>
              <Badge color={ok ? 'green' : 'orange'} variant="light" radius="sm" tt="none" miw="max-content">
                {ok ? 'there' : !name.startsWith('queue ') ? 'missing' : isTemporalAway ? 'not known' : 'not polled'}
              </Badge>
            </Table.Td>
            {!isNarrow && <Table.Td>{message}</Table.Td>}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
