/** What became of something that a person sent. */
import { Alert, Text } from '@mantine/core';
import type { Reply } from '../data/notices.ts';

interface Props {
  readonly error: Error | null;
  readonly reply: Reply | undefined;
}

/** Why it was refused, that it is stored and waits for a worker process, that it is done, or that it changed nothing. */
export function Outcome({ error, reply }: Props) {
  if (error !== null) {
    return (
      <Alert color="red" role="alert" title="Not accepted">
        {error.message}
      </Alert>
    );
  }
  if (reply === undefined) return null;
  if (reply.status === 'done') {
    return (
      <Text role="status" size="sm" c={reply.changed === false ? 'var(--warning-text)' : 'dimmed'}>
        {reply.message}
      </Text>
    );
  }
  return (
    <Alert color="orange" role="status" title="Not applied yet">
      {reply.message}
    </Alert>
  );
}
