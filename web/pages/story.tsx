/** What happened in an epic, for those who were away: chapter by chapter, who did and decided what, and why. */
import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { accountSummary, peopleWords } from '../../api/client/account-words.ts';
import { isFinal } from '../../api/client/epic-now.ts';
import { accountOf } from '../data/accounts.ts';
import { nothing } from '../parts/empty-states.ts';
import { EpicFrame } from '../parts/epic-frame.tsx';
import { PageLink } from '../parts/link.tsx';
import { Read } from '../parts/read.tsx';
import { StoryChapter } from '../parts/story-chapter.tsx';

const route = getRouteApi('/epics/$epicId/story');

export function StoryPage() {
  const { epicId } = route.useParams();
  return (
    <EpicFrame epicId={epicId} tab="story">
      {({ state }) => <Story epicId={epicId} isOver={isFinal(state)} />}
    </EpicFrame>
  );
}

function Story({ epicId, isOver }: { readonly epicId: string; readonly isOver: boolean }) {
  const account = useQuery(accountOf(epicId));
  return (
    <Read of={account} what="the story">
      {(known) =>
        known.chapters.length === 0 ? (
          <Text c="dimmed">{nothing('decision', isOver)}</Text>
        ) : (
          <Stack maw={1100}>
            <Text>{accountSummary(known)}.</Text>
            {known.people.length > 0 && <Text size="sm">People who decided: {peopleWords(known)}.</Text>}
            {known.chapters.map((chapter) => (
              <StoryChapter key={chapter.taskKey ?? chapter.title} epicId={epicId} chapter={chapter} isOver={isOver} />
            ))}
            <Text size="sm" c="dimmed">
              This is told from the log alone.{' '}
              <PageLink to="/epics/$epicId/log" params={{ epicId }} underline="always">
                Read each entry as it was written
              </PageLink>
              .
            </Text>
          </Stack>
        )
      }
    </Read>
  );
}
