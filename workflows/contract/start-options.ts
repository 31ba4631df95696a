/** How an epic is started: the options that the API, the CLI's server side and tests share. */
import { epicWorkflowId } from './ids.ts';
import { FACTORY_QUEUE } from './task-queues.ts';

/**
 * The time a worker process has for a workflow task, a replay of the whole history included. A run that waits ends at
 * about 700 events, one that works soon after 1,000 or, flooded in the middle of a step, at Temporal's 10,000 signals:
 * 11,000 events, whose replay takes 7 s of a CPU (0.6 ms each on the 2-core machine). So even that fits twice, and 2,000
 * events fit into the time of a machine that is 16 times slower. The price: an execution whose workflow task was under
 * way when its worker process was killed waits for this long; every other goes on after its sticky queue's 1 s.
 */
export const WORKFLOW_TASK_TIMEOUT = '20 seconds' as const;

/** Temporal refuses a summary of more than 200 bytes. */
export function summaryOf(text: string): string {
  let short = text.slice(0, 200).toWellFormed();
  while (new TextEncoder().encode(short).length > 200) short = short.slice(0, -1).toWellFormed();
  return short;
}

export const epicStartOptions = (epicId: string, title: string) => ({
  taskQueue: FACTORY_QUEUE,
  workflowId: epicWorkflowId(epicId),
  workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
  workflowIdConflictPolicy: 'FAIL' as const,
  workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
  staticSummary: summaryOf(title),
});
