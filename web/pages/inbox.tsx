/** What agents wrote to people: read, answered, put away. */
import { Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { MOST } from '../data/limits.ts';
import { inbox, type Mail, useSettleMail } from '../data/mail.ts';
import { Confirm } from '../parts/confirm.tsx';
import { PageLink } from '../parts/link.tsx';
import { More } from '../parts/more.tsx';
import { Outcome } from '../parts/outcome.tsx';
import { usePerson } from '../parts/person.tsx';
import { Read } from '../parts/read.tsx';
import { Ago } from '../parts/time.tsx';
import { WordsInput } from '../parts/words-input.tsx';

export function InboxPage() {
  const page = useQuery(inbox);
  return (
    <Stack maw={900}>
      <Title order={1}>Inbox</Title>
      <Read of={page} what="the mail">
        {({ mails }) => (
          <>
            {mails.length === 0 && (
              <Text c="dimmed">No mail waits for you. What needs a decision of yours is on Home.</Text>
            )}
            {mails.map((mail) => (
              <MailCard key={mail.number} mail={mail} />
            ))}
            <More list="mails" length={mails.length}>
              These are the newest {MOST.mails}; older ones come up as these are answered or put away.
            </More>
          </>
        )}
      </Read>
    </Stack>
  );
}

function MailCard({ mail }: { readonly mail: Mail }) {
  const { number, epicId, epicTitle, from, to, subject, body, times, awaitsReply, sentAt } = mail;
  const settle = useSettleMail(number);
  const person = usePerson();
  const [words, setWords] = useState('');
  const [isSure, setSure] = useState(false);
  const putAway = () => person.as((by) => settle.mutate({ by }));
  const taskKey = from.split('/')[1];
  return (
    <Card withBorder component="article" aria-label={subject} data-mail={number}>
      <Stack gap="xs">
        <Group gap="xs">
          <Text size="sm" c="dimmed">
            {taskKey === undefined ? (
              from
            ) : (
              <PageLink to="/tasks/$taskId" params={{ taskId: `${epicId}.${taskKey}` }}>
                Task {taskKey}
              </PageLink>
            )}{' '}
            of{' '}
            <PageLink to="/epics/$epicId" params={{ epicId }}>
              {epicTitle}
            </PageLink>
            {to === 'supervisor' && ' to the supervisor'} · <Ago at={sentAt} />
          </Text>
          {awaitsReply && (
            <Badge color="orange" variant="light" tt="none">
              waits for an answer
            </Badge>
          )}
          {times > 1 && (
            <Badge color="gray" variant="light" tt="none">
              sent {times} times
            </Badge>
          )}
        </Group>
        <Text fw={600}>{subject}</Text>
        <Text style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{body}</Text>
        <WordsInput label="Answer" value={words} onWords={setWords} />
        <Outcome error={settle.error} reply={settle.data} />
        <Group justify="flex-end">
          <Button
            variant="default"
            disabled={settle.isPending}
            onClick={() => (words.trim() === '' ? putAway() : setSure(true))}
            data-confirm="done"
          >
            Put away
          </Button>
          <Button
            loading={settle.isPending}
            disabled={words.trim() === ''}
            onClick={() => person.as((by) => settle.mutate({ body: words.trim(), by }))}
            data-confirm="reply"
          >
            Answer
          </Button>
        </Group>
        <Confirm
          opened={isSure}
          title="Put it away without an answer?"
          words="Your answer is not sent, and it is lost."
          action="Put it away"
          onClose={() => setSure(false)}
          onConfirm={() => {
            setSure(false);
            putAway();
          }}
        />
      </Stack>
    </Card>
  );
}
