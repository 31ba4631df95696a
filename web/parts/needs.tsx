/** What the factory needs, one by one, each with whether it is there. */
import { Badge, Table } from '@mantine/core';
import type { Health } from '../data/fleet.ts';

const NAMES: Readonly<Record<string, string>> = { postgres: 'PostgreSQL', temporal: 'Temporal' };

export function Needs({ health }: { readonly health: Health }) {
  return (
    <Table>
      <Table.Tbody>
        {Object.entries(health.dependencies).map(([name, { ok, message }]) => (
          <Table.Tr key={name} data-need={name}>
            <Table.Th fw={400}>{NAMES[name] ?? name}</Table.Th>
            <Table.Td>
              <Badge color={ok ? 'green' : 'orange'} variant="light" radius="sm" tt="none">
                {ok ? 'there' : 'missing'}
              </Badge>
            </Table.Td>
            <Table.Td>{message}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
