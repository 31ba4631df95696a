/** Replays everything that a server knows with the script that it ran with. */
import type { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';

export async function replayHistories(client: Client, workflowBundle: { readonly codePath: string }) {
  const problems: string[] = [];
  let histories = 0;
  const all = client.workflow.list().intoHistories();
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, all)) {
    histories += 1;
    if (error !== undefined) problems.push(`${workflowId} does not replay: ${error.message}`);
  }
  return { histories, problems };
}
