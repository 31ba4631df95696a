/** Whether a message that was stored still waits for a worker process, as its epic says. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Epic, epicOf } from './epics.ts';
import { isUnapplied, type Sent } from './notices.ts';

const unappliedOf = (epic: Epic | null) => epic?.unapplied ?? [];

/** True until the epic, read after the message was stored, has it no more among those that wait. */
export function useIsUnapplied(sent: Sent): boolean {
  const [isActedOn, setActedOn] = useState(false);
  const { data, isFetching, isError } = useQuery({ ...epicOf(sent.epicId), select: unappliedOf });
  if (!isActedOn && data !== undefined && !isFetching && !isError && !isUnapplied(data, sent)) setActedOn(true);
  return !isActedOn;
}
