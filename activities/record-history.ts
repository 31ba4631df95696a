/**
 * Reads back from an execution's history what it told: its records, of which each is a whole view (the input of a record
 * activity, or the header of an activity that took it along), and the pull requests that it closed.
 */
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { PayloadConverter } from '@temporalio/common';
import { requiredTsToDate } from '@temporalio/common/lib/time.js';
import { type CarriedRecord, RECORD_HEADER, type RecordName } from '../workflows/contract/carried-record.ts';
import type { Recorded } from '../workflows/contract/records.ts';
import type { Closed, Closing } from './forge/close-pull-request.ts';

type Event = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

type Scheduled = NonNullable<Event['activityTaskScheduledEventAttributes']>;

const CLOSING = 'closePullRequest';
const RECORDS = ['recordEpic', 'recordTask', 'recordAgent'] satisfies RecordName[];

export interface PastRecord {
  readonly name: RecordName;
  readonly workflowId: string;
  readonly runId: string;
  /** When it was made: what several executions told about a task has its order by that. */
  readonly at: Date;
  readonly view: unknown;
}

/** A pull request that was closed, maybe after the last record of its task or epic. */
export interface PastClosing {
  readonly name: 'closePullRequest';
  readonly at: Date;
  readonly pullRequest: Pick<Closing, 'repository' | 'number'>;
  readonly ended: Closed;
}

export type Past = PastRecord | PastClosing;

interface Run {
  readonly workflowId: string;
  readonly runId: string;
}

/**
 * What one run told, in order. A record of its own activity that was never written (EpicExists, or still under way) does not
 * count, nor does what a reset copied from a run of `known`: that run has told it, and would be older than its own copy. A
 * carried record always counts: history has only how the attempts of its activity ended, and what it says was true.
 */
export async function readPast(client: Client, run: Run, known: readonly Run[]): Promise<Past[]> {
  const { workflowId, runId } = run;
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const { payloadConverter } = client.options.loadedDataConverter;
  const ownSince = resetOf(events ?? [], run, known);
  const completed = new Map<string, { readonly event: Event; readonly index: number }>();
  for (const [index, event] of (events ?? []).entries()) {
    const { activityTaskCompletedEventAttributes: ended } = event;
    if (ended) completed.set(String(ended.scheduledEventId), { event, index });
  }
  return (events ?? []).flatMap((event, index): Past[] => {
    const scheduled = event.activityTaskScheduledEventAttributes;
    const at = timeOf(event);
    const carried = carriedIn(payloadConverter, scheduled);
    const before = carried !== undefined && index > ownSince ? [{ ...carried, workflowId, runId, at }] : [];
    const end = completed.get(String(event.eventId));
    if (end === undefined || end.index <= ownSince) return before;
    const alone = aloneIn(payloadConverter, scheduled);
    if (alone !== undefined) return [...before, { ...alone, workflowId, runId, at }];
    const closing = closingIn(payloadConverter, scheduled, end.event);
    return closing === undefined ? before : [...before, closing];
  });
}

const timeOf = ({ eventTime }: Event): Date => requiredTsToDate(eventTime, 'eventTime');

/** Placed where the activity ended, which is when it was shown. */
function closingIn(
  converter: PayloadConverter,
  scheduled: Scheduled | null | undefined,
  end: Event,
): PastClosing | undefined {
  if (scheduled?.activityType?.name !== CLOSING) return undefined;
  const [input] = scheduled.input?.payloads ?? [];
  const [result] = end.activityTaskCompletedEventAttributes?.result?.payloads ?? [];
  if (!input || !result) return undefined;
  const { repository, number } = converter.fromPayload<Closing>(input);
  return { name: CLOSING, at: timeOf(end), pullRequest: { repository, number }, ended: converter.fromPayload(result) };
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
