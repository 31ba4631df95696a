/** The pause of the whole factory: who paused it, and the button that pauses it or goes on, which is confirmed. */
import { Alert, Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { type Fleet, usePauseAll } from '../data/fleet.ts';
import { Confirm } from './confirm.tsx';
import { usePerson } from './person.tsx';
import { Exact } from './time.tsx';

const WORDS = {
  pause:
    'Within seconds nothing new begins in any epic: no epic, no task, no call of a model, no push, pull request or merge. What has begun runs to its own end. It lasts until somebody resumes it.',
  resume: 'All that the pause holds goes on within seconds. An epic that was paused by itself stays paused.',
};

export function PauseAll({ pause }: Pick<Fleet, 'pause'>) {
  const send = usePauseAll();
  const person = usePerson();
  const [isSure, setSure] = useState(false);
  const wanted = pause === null ? 'pause' : 'resume';
  const label = pause === null ? 'Pause everything' : 'Resume everything';
  return (
    <>
      {pause !== null && (
        <Alert color="orange" role="status" title={`The factory is paused by ${pause.by}`}>
          {pause.comment === null ? '' : `${pause.comment}. `}Since <Exact at={pause.since} />.
        </Alert>
      )}
      <Group>
        <Button variant="default" loading={send.isPending} data-pause-all={wanted} onClick={() => setSure(true)}>
          {label}
        </Button>
        {send.isError && (
          <Text role="alert" size="sm" c="var(--mantine-color-error)">
            {send.error.message}
          </Text>
        )}
      </Group>
      <Confirm
        opened={isSure}
        title={`${label}?`}
        words={WORDS[wanted]}
        action={label}
        onClose={() => setSure(false)}
        onConfirm={() => {
          setSure(false);
          person.as((by) => send.mutate({ wanted, by }));
        }}
      />
    </>
  );
}
