/** Shows what a query read, and says how old it is when it could not be read again: an outage never looks like news. */
import { Alert, Skeleton, Stack } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { staleWords } from './format.ts';
import { useNow } from './time.tsx';

interface Props<Data> {
  readonly of: UseQueryResult<Data, Error>;
  /** What is read, for the sentence about its failure: "the epic". */
  readonly what: string;
  readonly children: (data: Data) => ReactNode;
}

export function Read<Data>({ of: query, what, children }: Props<Data>) {
  return (
    <>
      <Unread of={query} what={what} />
      {query.data !== undefined && children(query.data)}
      {query.isPending && !query.isError && (
        <Stack role="progressbar" aria-busy="true" aria-label={`Reading ${what}`}>
          <Skeleton height={24} width="40%" />
          <Skeleton height={90} />
        </Stack>
      )}
    </>
  );
}

/** That something could not be read, for a page that shows it in several places or only uses it. */
export function Unread({ of: query, what }: Omit<Props<unknown>, 'children'>) {
  return query.isError ? <Stale what={what} of={query.error} updatedAt={query.dataUpdatedAt} /> : null;
}

interface StaleProps extends Pick<Props<unknown>, 'what'> {
  readonly of: Error;
  readonly updatedAt: number;
}

/** It may stay on screen over midnight. */
function Stale({ what, of: error, updatedAt }: StaleProps) {
  const now = useNow();
  return (
    <Alert color="orange" role="status" title={staleWords(what, updatedAt, now)}>
      {error.message}
    </Alert>
  );
}
