/** A workflow that does nothing but end its run when its history is long. */
import { condition, continueAsNew, defineSignal, defineUpdate, setHandler, sleep } from '@temporalio/workflow';
import { refuse } from '../../workflows/handlers.ts';
import { isLong } from '../../workflows/rests.ts';

/** Signal `step` makes a command; update `wish` is always refused. */
export async function growingWorkflow(): Promise<void> {
  setHandler(defineSignal('step'), () => {
    sleep('1 hour').catch(() => undefined);
  });
  setHandler(defineUpdate('wish'), () => {}, { validator: () => refuse('NotAllowedNow', 'never') });
  await condition(isLong);
  await continueAsNew<typeof growingWorkflow>();
}
