/** A workflow that does nothing but end its run when its history is long, and one whose handlers make mistakes. */
import {
  ApplicationFailure,
  condition,
  continueAsNew,
  defineSignal,
  defineUpdate,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import { z } from 'zod';
import { createHandlers, finishHandlers, refuse } from '../../workflows/handlers.ts';
import { isLong } from '../../workflows/run-end.ts';

/** Signal `step` makes a command; update `wish` is always refused. */
export async function growingWorkflow(): Promise<void> {
  setHandler(defineSignal('step'), () => {
    sleep('1 hour').catch(() => undefined);
  });
  setHandler(defineUpdate('wish'), () => {}, { validator: () => refuse('TaskRunning', 'never') });
  await condition(isLong);
  await continueAsNew<typeof growingWorkflow>();
}

const INBOX = { earlier: () => undefined, receive: async () => {}, applied: async () => {} };
const Mistake = z.object({ in: z.enum(['check', 'handle', 'promise', 'nothing']), of: z.enum(['ours', 'failure']) });
type Mistake = z.infer<typeof Mistake>;

/** Update and signal `err` make a mistake where they are told to; returns all that was told once the update made none. */
export async function mistakenWorkflow(): Promise<string[]> {
  const told: string[] = [];
  let isOver = false;
  const { onSignal, onUpdate } = createHandlers((line, reason) => void told.push(`${line}: ${reason}`), INBOX);
  const err = (where: Mistake['in'], message: Mistake) => {
    if (message.in !== where) return;
    if (message.of === 'failure') throw ApplicationFailure.nonRetryable('a failure', 'GitFailed');
    throw new TypeError('undefined is not a task');
  };
  const handle = (message: Mistake) => {
    err('handle', message);
    return sleep(1).then(() => err('promise', message));
  };
  onSignal(defineSignal<[unknown?]>('err'), Mistake, handle);
  onUpdate(
    defineUpdate<{ changed: boolean; message: string }, [unknown?]>('err'),
    Mistake,
    (message) => err('check', message),
    async (message) => {
      await handle(message);
      isOver = true;
      return { changed: true, message: 'done' };
    },
  );
  await condition(() => isOver);
  await finishHandlers(async () => {});
  return told;
}
