/** What was decided, folded away, the latest first: who answered what and when, and what nobody had to answer any more. */
import { Accordion, Button, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { actorWords } from '../../api/client/log-words.ts';
import { settledRequests } from '../data/settled-requests.ts';
import { PageLink } from './link.tsx';
import { titleOf } from './question.ts';
import { Read } from './read.tsx';
import { Ago } from './time.tsx';

export function Answered() {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <Accordion value={open} onChange={setOpen} variant="contained">
      <Accordion.Item value="answered">
        <Accordion.Control>Decided</Accordion.Control>
        <Accordion.Panel>{open !== null && <List />}</Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

function List() {
  const settled = useInfiniteQuery(settledRequests);
  return (
    <Read of={settled} what="what was decided">
      {(requests) => (
        <Stack gap="xs">
          {requests.length === 0 && <Text c="dimmed">Nothing was decided yet.</Text>}
          {requests.map(({ epicId, requestId, epicTitle, kind, state, answer, closedAt, askedAt }) => (
            <Text key={`${epicId}/${requestId}`} size="sm">
              {titleOf({ kind })}: <b>{answer?.decision ?? state}</b>
              {answer === null ? '' : ` by ${actorWords(answer.by)}`}, <Ago at={closedAt ?? askedAt} /> in{' '}
              <PageLink to="/epics/$epicId" params={{ epicId }}>
                {epicTitle}
              </PageLink>
              {answer?.comment !== undefined && `: “${answer.comment}”`}
            </Text>
          ))}
          {settled.hasNextPage && (
            <Button
              variant="default"
              size="compact-sm"
              style={{ alignSelf: 'flex-start' }}
              loading={settled.isFetchingNextPage}
              onClick={() => void settled.fetchNextPage()}
            >
              Show earlier ones
            </Button>
          )}
        </Stack>
      )}
    </Read>
  );
}
