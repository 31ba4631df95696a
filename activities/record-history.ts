/** What an execution told of itself, read back from its history: every record is an activity with the whole view as input. */
import type { Client, WorkflowHandle } from '@temporalio/client';
import { requiredTsToDate } from '@temporalio/common/lib/time.js';
import type { Recorded } from '../workflows/contract/records.ts';
import type { RecordActivities } from './index.ts';

type Event = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

const RECORDS = ['recordEpic', 'recordTask', 'recordAgent'] satisfies (keyof RecordActivities)[];

export interface PastRecord {
  readonly name: (typeof RECORDS)[number];
  readonly workflowId: string;
  readonly runId: string;
  /** When it was written: what several executions told about a task has its order by that. */
  readonly at: Date;
  readonly view: unknown;
}

interface Run {
  readonly workflowId: string;
  readonly runId: string;
}

/**
 * The records of one run that were written, oldest first. One that never was (EpicExists, or still under way) is left
 * out, and so is what a reset copied from a run of `known`: that run has told it, and would be older than its own copy.
 */
export async function readRecords(client: Client, run: Run, known: readonly Run[]): Promise<PastRecord[]> {
  const { workflowId, runId } = run;
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const ownSince = resetOf(events ?? [], run, known);
  const asked = new Map<string, Omit<PastRecord, 'at'>>();
  const written: PastRecord[] = [];
  for (const [index, event] of (events ?? []).entries()) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    const name = RECORDS.find((record) => record === scheduled?.activityType?.name);
    if (name !== undefined) {
      const [payload] = scheduled?.input?.payloads ?? [];
      const { view } = client.options.loadedDataConverter.payloadConverter.fromPayload<Recorded<unknown>>(
        payload ?? {},
      );
      asked.set(String(event.eventId), { name, workflowId, runId, view });
    }
    const completed = asked.get(String(event.activityTaskCompletedEventAttributes?.scheduledEventId));
    if (completed !== undefined && index > ownSince)
      written.push({ ...completed, at: requiredTsToDate(event.eventTime, 'eventTime') });
  }
  return written;
}

/** Where the run's own history begins: behind what a reset copied from a run that is known; -1 for all of it. */
function resetOf(events: readonly Event[], { runId }: Run, known: readonly Run[]): number {
  return events.findLastIndex(({ workflowTaskFailedEventAttributes: failed }) => {
    const isOwn = failed?.newRunId === runId && failed.baseRunId !== runId;
    return isOwn && known.some((other) => other.runId === failed.baseRunId);
  });
}
