/** The decision log of an epic: who decided what and why, newest first. */
import { Badge, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { actorWords, decisionWords } from '../../api/client/log-words.ts';
import { type LogEntry, logOf } from '../data/epics.ts';
import { EpicFrame } from '../parts/epic-frame.tsx';
import { Read } from '../parts/read.tsx';
import { Ago } from '../parts/time.tsx';

const route = getRouteApi('/epics/$epicId/log');
const SHOWN = 300;

export function LogPage() {
  const { epicId } = route.useParams();
  return (
    <EpicFrame epicId={epicId} tab="log">
      {() => <Log epicId={epicId} />}
    </EpicFrame>
  );
}

function Log({ epicId }: { readonly epicId: string }) {
  const log = useQuery(logOf(epicId));
  const [words, setWords] = useState('');
  const [part, setPart] = useState<string | null>(null);
  return (
    <Read of={log} what="the log">
      {(entries) => {
        const parts = [...new Set(entries.map(({ taskKey }) => taskKey ?? EPIC))];
        const found = entries.filter((entry) => matches(entry, words, part)).toReversed();
        return (
          <Stack gap="sm">
            <Group>
              <TextInput
                type="search"
                label="Find"
                value={words}
                onChange={(event) => setWords(event.currentTarget.value)}
              />
              <Select label="Task" placeholder="All" clearable data={parts} value={part} onChange={setPart} />
            </Group>
            {found.length === 0 && <Text c="dimmed">No entry matches.</Text>}
            {found.slice(0, SHOWN).map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
            {found.length > SHOWN && <Text c="dimmed">{found.length - SHOWN} older entries: narrow the search.</Text>}
          </Stack>
        );
      }}
    </Read>
  );
}

const EPIC = 'the epic itself';

/** Found by what is shown and by what is stored. */
const matches = ({ taskKey, actor, kind, decision, reason }: LogEntry, words: string, part: string | null): boolean =>
  (part === null || (taskKey ?? EPIC) === part) &&
  `${kind} by ${actorWords(actor)} ${actor} ${decisionWords(decision)} ${decision} ${reason}`
    .toLowerCase()
    .includes(words.toLowerCase());

function Entry({ entry: { at, taskKey, actor, kind, decision, reason } }: { readonly entry: LogEntry }) {
  return (
    <Group gap="xs" align="baseline" wrap="nowrap">
      <Text size="xs" c="dimmed" miw={90}>
        <Ago at={at} />
      </Text>
      <Stack gap={0}>
        <Text size="sm">
          {taskKey !== null && (
            <Badge variant="default" tt="none" size="sm" mr={6}>
              {taskKey}
            </Badge>
          )}
          <b>{decisionWords(decision)}</b>{' '}
          <Text span size="xs" c="dimmed">
            {kind} by {actorWords(actor)}
          </Text>
        </Text>
        <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
          {reason}
        </Text>
      </Stack>
    </Group>
  );
}
