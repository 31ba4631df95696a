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

/** Worker processes that poll the queue, for the kind of work that has the fewest. Throws what Temporal says. */
export async function countPollers(temporal: Client, { queue, types }: (typeof POLLED)[number]): Promise<number> {
  const since = Date.now() - POLLED_WITHIN_MS;
  const counts = types.map(async (taskQueueType) => {
    const { pollers } = await temporal.workflowService.describeTaskQueue({
      namespace: temporal.options.namespace,
      taskQueue: { name: queue },
      taskQueueType,
    });
    const live = (pollers ?? []).filter((poller) => Number(poller.lastAccessTime?.seconds ?? 0) * 1_000 >= since);
    return new Set(live.map((poller) => poller.identity)).size;
  });
  return Math.min(...(await Promise.all(counts)));
}
