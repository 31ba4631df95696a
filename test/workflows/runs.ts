/** The runs of a workflow, one after the other. */
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';

/** How many runs a workflow id had so far. */
export const countRuns = (client: Client) => async (workflowId: string) => {
  let count = 0;
  for await (const _ of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) count += 1;
  return count;
};

/** Resets to the first workflow task of the newest run that completed, or to the last one; returns the id of the next run. */
export const resetIn =
  (client: Client) =>
  async (workflowId: string, where: 'first' | 'last' = 'first'): Promise<string> => {
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
    const completed = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes);
    const event = where === 'first' ? completed[0] : completed.at(-1);
    const { runId } = await client.workflowService.resetWorkflowExecution({
      namespace: client.options.namespace,
      workflowExecution: { workflowId },
      reason: 'a test',
      requestId: randomUUID(),
      workflowTaskFinishEventId: event?.eventId ?? null,
    });
    return runId;
  };
