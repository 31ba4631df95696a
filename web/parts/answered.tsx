/** What people decided lately, folded away: who answered what, and when. */
import { Accordion, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answeredRequests } from '../data/human-requests.ts';
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
  const answered = useQuery(answeredRequests);
  return (
    <Read of={answered} what="what was decided">
      {(requests) => (
        <Stack gap="xs">
          {requests.length === 0 && <Text c="dimmed">Nothing was decided yet.</Text>}
          {requests.toReversed().map(({ epicId, requestId, epicTitle, kind, answer, closedAt, askedAt }) => (
            <Text key={`${epicId}/${requestId}`} size="sm">
              {titleOf({ kind })}: <b>{answer?.decision ?? 'no answer'}</b> by {answer?.by ?? 'nobody'},{' '}
              <Ago at={closedAt ?? askedAt} /> in{' '}
              <PageLink to="/epics/$epicId" params={{ epicId }}>
                {epicTitle}
              </PageLink>
              {answer?.comment !== undefined && `: “${answer.comment}”`}
            </Text>
          ))}
        </Stack>
      )}
    </Read>
  );
}
