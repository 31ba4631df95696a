/** What became of something that a person sent. */
import { Alert, Text } from '@mantine/core';
import type { Reply, Sent } from '../data/notices.ts';
import { useIsUnapplied } from '../data/unapplied.ts';

interface Props {
  readonly error: Error | null;
  readonly reply: Reply | undefined;
  /** What was sent, where it may have to wait for a worker process. */
  readonly sent?: Sent;
}

/** Why it was refused, that it is stored and waits for a worker process, that it is done, or that it changed nothing. */
export function Outcome({ error, reply, sent }: Props) {
  if (error !== null) {
    return (
      <Alert color="red" role="alert" title="Not accepted">
        {error.message}
      </Alert>
    );
  }
  if (reply === undefined) return null;
  if (reply.status === 'pending') {
    return sent === undefined ? <Pending message={reply.message} /> : <Stored message={reply.message} sent={sent} />;
  }
  return (
    <Text role="status" size="sm" c={reply.changed === false ? 'var(--warning-text)' : 'dimmed'}>
      {reply.message}
    </Text>
  );
}

interface StoredProps extends Pick<Reply, 'message'> {
  readonly sent: Sent;
}

/** Whether it had its effect or was refused, nobody has told this page. */
function Stored({ message, sent }: StoredProps) {
  if (useIsUnapplied(sent)) return <Pending message={message} />;
  return (
    <Text role="status" size="sm" c="dimmed">
      The epic has acted on it since; the log says how.
    </Text>
  );
}

function Pending({ message }: Pick<Reply, 'message'>) {
  return (
    <Alert color="orange" role="status" title="Not applied yet">
      {message}
    </Alert>
  );
}
