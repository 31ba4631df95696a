/** A forge that lets the factory's login not do what it must: a person mends that, and the work goes on from where it stood. */
import { failureMessage, failureType } from '../failure.ts';
import { ask, settled } from './ask.ts';
import type { Task } from './context.ts';
import { ensurePlace, waitAway } from './placement.ts';

/** Another life of the task, or another Worker, would only meet them again. */
const MENDABLE: ReadonlySet<string> = new Set(['NotAuthenticated', 'NotPermitted', 'BranchProtected']);

export const isMendable = (error: unknown): boolean => MENDABLE.has(failureType(error) ?? '');

/** Does `work`, as often as a person mends what stands in its way; so `work` must be harmless to repeat. */
export async function orMend<T>(task: Task, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isMendable(error)) throw error;
      await askToMend(task, error);
    }
  }
}

/** Nobody's turn is held meanwhile: the lane was given back, and so is the host. */
async function askToMend(task: Task, error: unknown): Promise<void> {
  const { key: taskKey, title } = task.input.task;
  const reason = failureMessage(error);
  task.decide('factory', 'failure', `the forge refuses the work of ${taskKey}`, reason);
  await waitAway(task, 'the forge refuses it', reason.slice(0, 500));
  await ask(task, { kind: 'mend' }, () => ({
    kind: 'question',
    question: `The forge refuses the work of task “${title}”: ${reason.slice(0, 1_500)}. Mend the cause, then retry.`,
    options: ['retry', 'cancel'],
  }));
  settled(task);
  await ensurePlace(task);
}
