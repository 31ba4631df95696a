/** What a task's Workers handed in, and what became of it. */
import { Badge, Code, Table, Text } from '@mantine/core';
import type { Submission } from '../data/tasks.ts';
import { submissionMeaning } from './task-story.ts';
import { stateWords } from './words.ts';

export function Submissions({ submissions }: { readonly submissions: readonly Submission[] }) {
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>#</Table.Th>
          <Table.Th>Commit</Table.Th>
          <Table.Th>What became of it</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {submissions.toReversed().map(({ number, headSha, state }) => {
          const { color, words } = submissionMeaning(state);
          return (
            <Table.Tr key={number} data-submission={number}>
              <Table.Td>{number}</Table.Td>
              <Table.Td>
                <Code title={headSha} style={{ whiteSpace: 'nowrap' }}>
                  {headSha.slice(0, 8)}
                </Code>
              </Table.Td>
              <Table.Td>
                <Badge color={color} variant="light" radius="sm" tt="none">
                  {stateWords(state.replaceAll('-', ' '))}
                </Badge>
                <Text size="sm">{words}</Text>
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
