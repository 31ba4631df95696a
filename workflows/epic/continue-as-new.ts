/** Before an epic's next run: nothing is under way that would be lost with this one, and what travels is small. */
import { CancellationScope, patched } from '@temporalio/workflow';
import { finishHandlers } from '../handlers.ts';
import { throwIfCancelled } from '../run-end.ts';
import type { Epic } from './context.ts';
import { isMerged } from './state.ts';
import { forgetOld } from './status-state.ts';

/** Only with no open child, since that would be lost. */
export async function readyToContinue(epic: Epic): Promise<void> {
  const { data } = epic;
  // A merge stands, whoever cancels meanwhile. Histories from before ended as cancelled all the same.
  if (isMerged(data) && patched('merged-run')) await CancellationScope.nonCancellable(() => settleAll(epic));
  else await settleAll(epic);
  if (!isMerged(data)) throwIfCancelled();
  forgetOld(data);
}

async function settleAll(epic: Epic): Promise<void> {
  let released: Promise<unknown>;
  do {
    epic.stopAsking();
    released = epic.admissionSettled();
    await released;
    await epic.sent();
    await finishHandlers(epic.flush);
    // A message that came meanwhile may have led to more of it.
  } while (released !== epic.admissionSettled());
}
