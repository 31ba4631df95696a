/** What became of something that a person sent. */
import { Alert } from '@mantine/core';

/** Why an answer was refused, or that it is stored and waits for a worker process. */
export function Outcome({ error, pending }: { readonly error: Error | null; readonly pending: string | undefined }) {
  if (error !== null) {
    return (
      <Alert color="red" role="alert" title="Not accepted">
        {error.message}
      </Alert>
    );
  }
  return pending === undefined ? null : (
    <Alert color="orange" role="status" title="Not applied yet">
      {pending}
    </Alert>
  );
}
