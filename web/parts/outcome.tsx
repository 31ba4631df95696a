/** What became of something that a person sent. */
import { Alert, Text } from '@mantine/core';

interface Props {
  readonly error: Error | null;
  readonly reply: { readonly status: 'done' | 'pending'; readonly message: string } | undefined;
}

/** Why it was refused, that it is stored and waits for a worker process, or that it is done. */
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
      <Text role="status" size="sm" c="dimmed">
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
