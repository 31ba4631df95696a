/** How an epic is started: the options that the API, the CLI's server side and tests share. */
import { epicWorkflowId } from './ids.ts';
import { FACTORY_QUEUE } from './task-queues.ts';

/** A killed worker process costs its sticky queue's 1 s and at most this. */
export const WORKFLOW_TASK_TIMEOUT = '5 seconds';

export const epicStartOptions = (epicId: string, title: string) => ({
  taskQueue: FACTORY_QUEUE,
  workflowId: epicWorkflowId(epicId),
  workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
  workflowIdConflictPolicy: 'FAIL' as const,
  workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
  staticSummary: title,
});
