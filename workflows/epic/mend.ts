/** What the epic cannot do: a person fixes its cause, and it is tried again. */
import { condition, isCancellation, TemporalFailure } from '@temporalio/workflow';
import { failureMessage, failureType } from '../failure.ts';
import { admission } from './admission.ts';
import type { Epic } from './context.ts';
import { nextNumber } from './state.ts';

/** By what a later look at the pull request brings. */
export interface Overtaking {
  readonly looks: () => number;
  readonly isOvertaken: () => boolean;
}

/**
 * Work that is paid for is not thrown away over a failure: a person fixes its cause, then it is tried again. So it is
 * when a later look brings what overtakes the question.
 */
export async function orMend<T>(epic: Epic, what: string, work: () => Promise<T>, overtaking?: Overtaking): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const asked = askToMend(epic, what, error, ['retry', 'cancel']);
      if (overtaking === undefined) await asked;
      else if ((await Promise.race([asked, overtaken(overtaking)])) === undefined) epic.withdrawOwn();
      await admission(epic);
    }
  }
}

/** What was there before has led to the failure already, and would lead to it again. */
async function overtaken({ looks, isOvertaken }: Overtaking): Promise<undefined> {
  const before = looks();
  await condition(() => looks() > before && isOvertaken());
}

/**
 * Returns the decision; what is no failure of the work (cancellation, a mistake of ours or of the input) passes. Another
 * epic may run meanwhile.
 */
export async function askToMend(epic: Epic, what: string, error: unknown, options: string[]): Promise<string> {
  if (isCancellation(error) || !(error instanceof TemporalFailure) || failureType(error) === 'InvalidInput')
    throw error;
  const reason = failureMessage(error);
  epic.decide('factory', 'failure', what, reason);
  epic.tell('BLOCKED', what, { kind: 'person', reason });
  const question = `${what}: ${reason.slice(0, 1_500)}. Fix the cause, then retry.`;
  const requestId = `mend-${nextNumber(epic.data)}`;
  const answered = epic.askPerson({ requestId, kind: 'question', question, options });
  epic.releaseAdmission();
  return (await answered).decision;
}
