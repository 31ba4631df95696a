/** An epic's next run: only with no open child, since that would be lost. */
import { continueAsNew } from '@temporalio/workflow';
import { finishHandlers } from '../handlers.ts';
import type { Epic } from './context.ts';
import type { epicWorkflow } from './epic.ts';

export async function continueFrom(epic: Epic): Promise<never> {
  await finishHandlers(epic.flush);
  // The data has the input; twice it could be more than Temporal takes.
  return continueAsNew<typeof epicWorkflow>({ title: epic.data.input.title }, epic.data);
}
