/**
 * Reads the records of an execution back from its history. Each is a whole view: the input of a record activity, or the
 * header of an activity that took it along.
 */
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { PayloadConverter } from '@temporalio/common';
import { requiredTsToDate } from '@temporalio/common/lib/time.js';
import { type CarriedRecord, RECORD_HEADER, type RecordName } from '../workflows/contract/carried-record.ts';
import type { Recorded } from '../workflows/contract/records.ts';

type Event = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

type Scheduled = NonNullable<Event['activityTaskScheduledEventAttributes']>;

const RECORDS = ['recordEpic', 'recordTask', 'recordAgent'] satisfies RecordName[];

export interface PastRecord {
  readonly name: RecordName;
  readonly workflowId: string;
  readonly runId: string;
  /** When it was made: what several executions told about a task has its order by that. */
  readonly at: Date;
  readonly view: unknown;
}

interface Run {
  readonly workflowId: string;
  readonly runId: string;
}

/**
 * The records of one run, in the order in which they were made. One of its own activity that was never written (EpicExists,
 * or still under way) is left out, and so is what a reset copied from a run of `known`: that run has told it, and would be
 * older than its own copy. One that is carried counts whatever became of its activity, since history tells of attempts only at
 * the end, and what it says was true.
 */
export async function readRecords(client: Client, run: Run, known: readonly Run[]): Promise<PastRecord[]> {
  const { workflowId, runId } = run;
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const { payloadConverter } = client.options.loadedDataConverter;
  const ownSince = resetOf(events ?? [], run, known);
  const completed = new Map<string, number>();
  for (const [index, { activityTaskCompletedEventAttributes: ended }] of (events ?? []).entries())
    if (ended) completed.set(String(ended.scheduledEventId), index);
  return (events ?? []).flatMap((event, index): PastRecord[] => {
    const scheduled = event.activityTaskScheduledEventAttributes;
    const at = (): Date => requiredTsToDate(event.eventTime, 'eventTime');
    const carried = carriedIn(payloadConverter, scheduled);
    const before = carried !== undefined && index > ownSince ? [{ ...carried, workflowId, runId, at: at() }] : [];
    const alone = aloneIn(payloadConverter, scheduled);
    const isWritten = (completed.get(String(event.eventId)) ?? -1) > ownSince;
    return alone !== undefined && isWritten ? [...before, { ...alone, workflowId, runId, at: at() }] : before;
  });
}

function aloneIn(converter: PayloadConverter, scheduled?: Scheduled | null) {
  const name = RECORDS.find((record) => record === scheduled?.activityType?.name);
  if (name === undefined) return undefined;
  const [payload] = scheduled?.input?.payloads ?? [];
  return { name, view: converter.fromPayload<Recorded<unknown>>(payload ?? {}).view };
}

function carriedIn(converter: PayloadConverter, scheduled?: Scheduled | null) {
  const payload = scheduled?.header?.fields?.[RECORD_HEADER];
  if (!payload) return undefined;
  const { name, record } = converter.fromPayload<CarriedRecord>(payload);
  return { name, view: record.view };
}

/** Where the run's own history begins: behind what a reset copied from a run that is known; -1 for all of it. */
function resetOf(events: readonly Event[], { runId }: Run, known: readonly Run[]): number {
  return events.findLastIndex(({ workflowTaskFailedEventAttributes: failed }) => {
    const isOwn = failed?.newRunId === runId && failed.baseRunId !== runId;
    return isOwn && known.some((other) => other.runId === failed.baseRunId);
  });
}
