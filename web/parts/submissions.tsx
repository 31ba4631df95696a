/** What a task's Workers handed in, what each of it changes, and what became of it. */
import { Badge, Group, Table, Text } from '@mantine/core';
import type { Submission } from '../data/tasks.ts';
import { stateWords } from './format.ts';
import { PageLink } from './link.tsx';
import { submissionMeaning } from './task-story.ts';

interface Props {
  readonly epicId: string;
  readonly taskKey: string;
  readonly submissions: readonly Submission[];
}

export function Submissions({ epicId, taskKey, submissions }: Props) {
  const to = { to: '/epics/$epicId/diff', params: { epicId } } as const;
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
                <Group gap="xs" wrap="nowrap">
                  <PageLink
                    {...to}
                    search={{ task: taskKey, submission: number }}
                    title={`What ${headSha} changes`}
                    size="sm"
                    ff="monospace"
                    underline="always"
                  >
                    {headSha.slice(0, 8)}
                  </PageLink>
                  {number > 1 && (
                    <PageLink
                      {...to}
                      search={{ task: taskKey, submission: number, since: number - 1 }}
                      title={`Only what changed since submission ${number - 1}`}
                      size="sm"
                      style={{ whiteSpace: 'nowrap' }}
                    >
                      since {number - 1}
                    </PageLink>
                  )}
                </Group>
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
