/** Where workflows continue as new. */
import type { Client } from '@temporalio/client';

/** How many runs a workflow id had so far. */
export const countRuns = (client: Client) => async (workflowId: string) => {
  let count = 0;
  for await (const _ of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) count += 1;
  return count;
};
