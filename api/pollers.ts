/** Who polls the task queues of the factory: a queue without a poller is work that nobody does. */
import type { Client } from '@temporalio/client';
import { FACTORY_QUEUE, HOSTS_QUEUE, MODEL_QUEUE } from '../workflows/contract/task-queues.ts';

// temporal.api.enums.v1.TaskQueueType
const WORKFLOW_TASKS = 1;
const ACTIVITY_TASKS = 2;

export const POLLED = [
  { queue: FACTORY_QUEUE, types: [WORKFLOW_TASKS, ACTIVITY_TASKS] },
  { queue: MODEL_QUEUE, types: [ACTIVITY_TASKS] },
  { queue: HOSTS_QUEUE, types: [ACTIVITY_TASKS] },
] as const;

/** A poll is held open for a minute and Temporal names pollers for five; older ones belong to processes that are gone. */
const POLLED_WITHIN_MS = 70_000;

export interface Pollers {
  /** Worker processes that poll, for the kind of work that has the fewest. */
  readonly polling: number;
  /** Of that kind, those that have polled, and do not now: all their slots are busy, or they are gone. */
  readonly quiet: number;
}

/** Throws what Temporal says. */
export async function readPollers(temporal: Client, { queue, types }: (typeof POLLED)[number]): Promise<Pollers> {
  const since = Date.now() - POLLED_WITHIN_MS;
  const found = types.map(async (taskQueueType) => {
    const { pollers } = await temporal.workflowService.describeTaskQueue({
      namespace: temporal.options.namespace,
      taskQueue: { name: queue },
      taskQueueType,
    });
    const named = new Set((pollers ?? []).map(({ identity }) => identity));
    const live = (pollers ?? []).filter((poller) => Number(poller.lastAccessTime?.seconds ?? 0) * 1_000 >= since);
    const polling = new Set(live.map(({ identity }) => identity)).size;
    return { polling, quiet: named.size - polling };
  });
  return (await Promise.all(found)).reduce((fewest, one) => (one.polling < fewest.polling ? one : fewest));
}

/** Worker processes that poll the queue. Throws what Temporal says. */
export const countPollers = async (temporal: Client, polled: (typeof POLLED)[number]): Promise<number> =>
  (await readPollers(temporal, polled)).polling;
