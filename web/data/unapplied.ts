/** Whether a message that was stored still waits for a worker process, as its epic says. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Epic, epicOf } from './epics.ts';

/** What a person sent: the name of its update, and of its task where it is about one. */
export interface Sent {
  readonly epicId: string;
  readonly name: string;
  readonly by: string | undefined;
  readonly taskKey?: string;
}

const unappliedOf = (epic: Epic | null) => epic?.unapplied ?? [];

export const isUnapplied = (
  unapplied: readonly Pick<Epic['unapplied'][number], 'name' | 'by' | 'taskKey'>[],
  sent: Sent,
) =>
  unapplied.some(({ name, by, taskKey }) => name === sent.name && by === sent.by && taskKey === (sent.taskKey ?? null));

/** True until the epic, read after the message was stored, has it no more among those that wait. */
export function useIsUnapplied(sent: Sent): boolean {
  const [isActedOn, setActedOn] = useState(false);
  const { data, isFetching, isError } = useQuery({ ...epicOf(sent.epicId), select: unappliedOf });
  if (!isActedOn && data !== undefined && !isFetching && !isError && !isUnapplied(data, sent)) setActedOn(true);
  return !isActedOn;
}
