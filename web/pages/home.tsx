/** Home: what needs a person, then how the epics stand. */
import { Group, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { openEpics } from '../data/epics.ts';
import { openRequests } from '../data/human-requests.ts';
import { MOST } from '../data/limits.ts';
import { inbox } from '../data/mail.ts';
import { Answered } from '../parts/answered.tsx';
import { EpicTable } from '../parts/epic-table.tsx';
import { count } from '../parts/format.ts';
import { ButtonLink, PageLink } from '../parts/link.tsx';
import { More } from '../parts/more.tsx';
import { headline } from '../parts/question.ts';
import { Questions } from '../parts/questions.tsx';
import { Read } from '../parts/read.tsx';
import { standingWords } from '../parts/standing.ts';

export function Home() {
  const requests = useQuery(openRequests);
  const epics = useQuery(openEpics);
  const mail = useQuery(inbox);
  // What could not be read is said below, and nothing old in its place.
  const standing = epics.isError ? undefined : standingWords(epics.data ?? []);
  return (
    <Stack maw={1100}>
      <Read of={requests} what="what waits for you">
        {(open) => (
          <>
            <Title order={1}>{headline(open.length, requests.isError)}</Title>
            {standing !== undefined && (
              <Text size="sm" c="dimmed" data-standing>
                {standing}
              </Text>
            )}
            {open.length > 0 && (
              <VisuallyHidden>
                <Title order={2}>Questions</Title>
              </VisuallyHidden>
            )}
            <Questions requests={open} />
            <More list="requests" length={open.length}>
              These are the {MOST.requests} that have waited longest; there may be more, which come up as these are
              answered.
            </More>
          </>
        )}
      </Read>
      <Read of={mail} what="the mail">
        {({ waiting }) =>
          waiting > 0 && (
            <Text>
              <PageLink to="/inbox">{count(waiting, 'mail')} of agents</PageLink> wait in the inbox.
            </Text>
          )
        }
      </Read>
      <Group justify="space-between">
        <Title order={2}>Open epics</Title>
        <ButtonLink to="/new" variant="default">
          New epic
        </ButtonLink>
      </Group>
      <Read of={epics} what="the epics">
        {(running) => {
          if (running.length > 0) {
            return (
              <>
                <EpicTable epics={running} />
                <More list="epics" length={running.length}>
                  These are the newest {MOST.epics} that are open; there may be more, which the search finds by their
                  names.
                </More>
              </>
            );
          }
          return (
            <Text c="dimmed">
              No epic is running. <PageLink to="/epics">See those that ended</PageLink>, or{' '}
              <PageLink to="/new">submit one</PageLink>.
            </Text>
          );
        }}
      </Read>
      <Answered />
    </Stack>
  );
}
