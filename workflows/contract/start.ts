/** How an epic is started: the options that the API, the CLI's server side and tests share. */
import { epicWorkflowId } from './ids.ts';
import { FACTORY_QUEUE } from './task-queues.ts';

/**
 * The time a worker process has for a workflow task, a replay of the whole history included. PLACEHOLDER
 */
export const WORKFLOW_TASK_TIMEOUT = '20 seconds';

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
