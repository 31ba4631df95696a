/** What an execution told of itself, read back from its history: every record is an activity with the whole view as input. */
import type { Client } from '@temporalio/client';
import { requiredTsToDate } from '@temporalio/common/lib/time.js';
import type { Recorded } from '../workflows/contract/records.ts';
import type { RecordActivities } from './index.ts';

const RECORDS = ['recordEpic', 'recordTask', 'recordAgent'] satisfies (keyof RecordActivities)[];

export interface PastRecord {
  readonly name: (typeof RECORDS)[number];
  readonly workflowId: string;
  readonly runId: string;
  /** When it was written: what several executions told about a task has its order by that. */
  readonly at: Date;
  readonly view: unknown;
}

/** The records of one run that were written, oldest first. One that never was (EpicExists, or still under way) is left out. */
export async function readRecords(client: Client, run: { workflowId: string; runId: string }): Promise<PastRecord[]> {
  const { workflowId, runId } = run;
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const asked = new Map<string, Omit<PastRecord, 'at'>>();
  const written: PastRecord[] = [];
  for (const event of events ?? []) {
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
    if (completed !== undefined) written.push({ ...completed, at: requiredTsToDate(event.eventTime, 'eventTime') });
  }
  return written;
}
