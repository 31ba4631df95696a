/** An epic's next run: only with no open child, since that would be lost. */
import { continueAsNew } from '@temporalio/workflow';
import { finishHandlers } from '../handlers.ts';
import { throwIfCancelled } from '../rests.ts';
import type { Epic } from './context.ts';
import { forgetOld } from './life-state.ts';
import { type EpicData, isMerged } from './state.ts';

export async function continueFrom(epic: Epic): Promise<never> {
  const { data } = epic;
  let released: Promise<unknown>;
  do {
    released = epic.admissionReleased;
    await released;
    await epic.sent();
    await finishHandlers(epic.flush);
    // A message that came meanwhile may have led to more of it.
  } while (released !== epic.admissionReleased);
  // A merge stands, whoever cancels meanwhile.
  if (!isMerged(data)) throwIfCancelled();
  forgetOld(data);
  // The data has the input; twice it could be more than Temporal takes.
  return continueAsNew<(input: { readonly title: string }, carry: EpicData) => Promise<unknown>>(
    { title: data.input.title },
    data,
  );
}
