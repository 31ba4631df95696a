/** The runs of a workflow, one after the other. */
import type { Client } from '@temporalio/client';
import { epicWorkflowId } from '../../workflows/contract/ids.ts';
import { resetTo } from '../support/reset.ts';
import { waitFor } from '../support/wait-for.ts';

/** How many runs a workflow id had so far. */
export const countRuns = (client: Client) => async (workflowId: string) => {
  let count = 0;
  for await (const _ of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) count += 1;
  return count;
};

/** Resets to the first workflow task of the newest run that completed, or to the last one; returns the id of the next run. */
export const resetIn =
  (client: Client) =>
  (workflowId: string, where: 'first' | 'last' = 'first'): Promise<string> =>
    resetTo(client, {
      workflowId,
      choose: (completed) => (where === 'first' ? completed[0] : completed.at(-1)),
    });

/** How many events each run of a workflow has. */
export async function runLengths({ workflow }: Client, workflowId: string): Promise<number[]> {
  const lengths: number[] = [];
  for await (const { runId } of workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
    lengths.push((await workflow.getHandle(workflowId, runId).describe()).historyLength);
  }
  return lengths;
}

/** Sends an epic what changes nothing, until it has continued as new. */
export async function untilNextRun(client: Client, epicId: string): Promise<void> {
  const handle = client.workflow.getHandle(epicWorkflowId(epicId));
  // The list of runs lags behind, and each round of noise too many may bring yet another run.
  const runId = async () => (await handle.describe()).runId;
  const before = await runId();
  const isNext = async () => {
    await sendNoise(client, epicId);
    return (await runId()) !== before;
  };
  await waitFor(isNext, { timeoutMs: 20_000, what: 'another run of the epic' });
}

/** Five messages to an epic that change nothing. */
export async function sendNoise({ workflow }: Client, epicId: string): Promise<void> {
  const handle = workflow.getHandle(epicWorkflowId(epicId));
  for (let i = 0; i < 5; i += 1) await handle.signal('reject', { by: 'noise', requestId: 'none' });
}
