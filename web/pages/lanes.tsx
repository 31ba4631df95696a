/** Merge lanes: who merges into each branch, who waits behind whom and since when, and how it went lately. */
import { Badge, Card, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Lane, lanes } from '../data/fleet.ts';
import { laneHeadline, leadTimeWords, titleOf, verdictOf } from '../parts/lane.ts';
import { PageLink } from '../parts/link.tsx';
import { PartLink } from '../parts/part-link.tsx';
import { Read } from '../parts/read.tsx';
import { Ago } from '../parts/time.tsx';
import { WideTable } from '../parts/wide-table.tsx';

export function Lanes() {
  const read = useQuery(lanes);
  return (
    <Stack maw={1100}>
      <Title order={1}>Merge lanes</Title>
      <Read of={read} what="the lanes">
        {({ lanes: all, more }) =>
          all.length === 0 ? (
            <Text c="dimmed">
              No branch is merged into yet. A lane appears when an epic starts:{' '}
              <PageLink to="/new" underline="always">
                submit one
              </PageLink>
              .
            </Text>
          ) : (
            <>
              {more && (
                <Text c="dimmed" role="note">
                  Only {all.length} branches are shown: those that open work goes to first, then those that were merged
                  into last.
                </Text>
              )}
              {all.map((lane) => (
                <LaneCard key={`${lane.repository} ${lane.branch}`} lane={lane} />
              ))}
            </>
          )
        }
      </Read>
    </Stack>
  );
}

function LaneCard({ lane }: { readonly lane: Lane }) {
  const { repository, branch, isLive, merging, settling, waiting, verdicts, leadTime } = lane;
  const isEmpty = merging === null && settling.length === 0 && waiting.length === 0;
  return (
    <Card withBorder component="section" aria-label={`${repository} ${branch}`} data-lane={`${repository} ${branch}`}>
      <Stack gap="sm">
        <Stack gap={2}>
          <Title order={2}>
            {branch} of {repository}
          </Title>
          <Text size="sm" {...(isLive ? {} : { c: 'var(--warning-text)' })}>
            {laneHeadline(lane)}
          </Text>
          <Text size="sm" c="dimmed">
            {leadTimeWords(leadTime)}
          </Text>
        </Stack>
        {!isEmpty && (
          <WideTable
            minWidth={560}
            head={
              <>
                <Table.Th>Turn</Table.Th>
                <Table.Th>Change</Table.Th>
                <Table.Th>Where it stands</Table.Th>
                <Table.Th>Since</Table.Th>
              </>
            }
          >
            {merging !== null && (
              <Member member={merging} turn="now" words="merges" since={merging.grantedAt ?? merging.since} />
            )}
            {waiting.map((member, index) => (
              <Member
                key={`${member.epicId}.${member.taskKey}`}
                member={member}
                turn={`${index + 1}`}
                words={`${member.behind === null ? 'waits' : `waits behind ${member.behind}`}${member.isBehind ? ', conflicts with the branch' : ''}`}
                since={member.since}
              />
            ))}
            {settling.map((member) => (
              <Member
                key={`${member.epicId}.${member.taskKey}`}
                member={member}
                turn="–"
                words="settles a conflict"
                since={member.since}
              />
            ))}
          </WideTable>
        )}
        <Verdicts verdicts={verdicts} />
      </Stack>
    </Card>
  );
}

interface MemberProps {
  readonly member: Lane['settling'][number];
  readonly turn: string;
  readonly words: string;
  readonly since: string;
}

function Member({ member, turn, words, since }: MemberProps) {
  const { epicId, epicTitle, taskKey, pullRequest, headSha } = member;
  return (
    <Table.Tr data-turn={turn}>
      <Table.Td>{turn}</Table.Td>
      <Table.Td>
        <PartLink epicId={epicId} taskKey={taskKey} title={titleOf(member)} />
        <Text size="xs" c="dimmed">
          {taskKey !== null && `${epicTitle || epicId} · `}
          {pullRequest === null ? (
            (headSha ?? '').slice(0, 12)
          ) : (
            <PageLink to="/epics/$epicId/diff" params={{ epicId }} search={{ pullRequest }} underline="always">
              #{pullRequest}
            </PageLink>
          )}
        </Text>
      </Table.Td>
      <Table.Td>{words}</Table.Td>
      <Table.Td>
        <Ago at={since} />
      </Table.Td>
    </Table.Tr>
  );
}

function Verdicts({ verdicts }: { readonly verdicts: Lane['verdicts'] }) {
  if (verdicts.length === 0) return null;
  return (
    <Stack gap={4}>
      <Title order={3}>Lately</Title>
      {verdicts.map(({ epicId, taskKey, title, submission, verdict, headSha, at }) => {
        const { color, words } = verdictOf(verdict);
        return (
          <Group key={`${epicId} ${taskKey} ${headSha} ${verdict} ${at}`} gap="xs">
            <Badge color={color} variant="light" tt="none" size="sm">
              {words}
            </Badge>
            <Text size="sm">
              <PartLink epicId={epicId} taskKey={taskKey} title={titleOf({ epicId, taskKey, title })} />
              {submission !== null && ` submission ${submission}`}{' '}
              <Text span inherit c="dimmed">
                {headSha.slice(0, 12)} · <Ago at={at} />
              </Text>
            </Text>
          </Group>
        );
      })}
    </Stack>
  );
}
