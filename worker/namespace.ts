/** What the namespace must have before workflows run: the search attributes and the Schedules. */
import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../workflows/contract/search-attributes.ts';
import {
  FACTORY_QUEUE,
  FORGE_SCHEDULE_ID,
  RECONCILE_SCHEDULE_ID,
  TRACKER_SCHEDULE_ID,
} from '../workflows/contract/task-queues.ts';

/** temporal.api.enums.v1.IndexedValueType */
export const INDEXED_VALUE_TYPES = { KEYWORD: 2, BOOL: 5 } as const;

/** Idempotent, also when several worker processes start at once. */
export async function prepareNamespace(
  client: Client,
  { hasTracker, hasForge }: { hasTracker: boolean; hasForge: boolean },
): Promise<void> {
  await registerSearchAttributes(client);
  await createSchedule(client, { id: RECONCILE_SCHEDULE_ID, every: '1 minute', workflow: 'reconcileWorkflow' });
  if (hasTracker) {
    await createSchedule(client, { id: TRACKER_SCHEDULE_ID, every: '2 minutes', workflow: 'pollTrackerWorkflow' });
  }
  // A forge of our own has nothing to tell that we do not know.
  if (hasForge)
    await createSchedule(client, { id: FORGE_SCHEDULE_ID, every: '1 minute', workflow: 'pollForgeWorkflow' });
}

async function registerSearchAttributes(client: Client): Promise<void> {
  const { namespace } = client.options;
  const { operatorService } = client.connection;
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const wanted = Object.values(SEARCH_ATTRIBUTES).map(({ name, type }) => [name, INDEXED_VALUE_TYPES[type]] as const);
  const missing = wanted.filter(([name]) => customAttributes?.[name] === undefined);
  if (missing.length === 0) return;
  const searchAttributes = Object.fromEntries(missing);
  await operatorService.addSearchAttributes({ namespace, searchAttributes }).catch(async (error: unknown) => {
    // Another worker process was faster, or it failed: only the second list tells.
    const again = await operatorService.listSearchAttributes({ namespace });
    if (missing.some(([name]) => again.customAttributes?.[name] === undefined)) throw error;
  });
}

interface Regularly {
  readonly id: string;
  readonly every: '1 minute' | '2 minutes';
  readonly workflow: string;
}

async function createSchedule(client: Client, { id, every, workflow }: Regularly): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: id,
      spec: { intervals: [{ every }] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
      action: { type: 'startWorkflow', workflowType: workflow, taskQueue: FACTORY_QUEUE, args: [] },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
