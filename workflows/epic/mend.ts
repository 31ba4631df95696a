/** Asks a person about a step that the epic cannot take: they fix its cause, and it is tried again. */
import { isCancellation, TemporalFailure } from '@temporalio/workflow';
import { failureMessage, failureType } from '../failure.ts';
import { admission } from './admission.ts';
import type { Epic } from './context.ts';

/** By what a later look at the pull request brings. */
export interface Overtaking {
  readonly looks: () => number;
  readonly isOvertaken: () => boolean;
}

/**
 * Work that is paid for is not thrown away over a failure: a person fixes its cause, then it is tried again. So it is
 * when a later look brings what overtakes the question. `about` names the question.
 */
export async function orMend<T>(
  epic: Epic,
  about: string,
  what: string,
  work: () => Promise<T>,
  overtaking?: Overtaking,
): Promise<T> {
  const wait = async (error?: unknown) => {
    const overtaken = overtaking === undefined ? () => false : laterNews(overtaking);
    const decision = await epic.rests.unless(overtaken, () => askToMend(epic, about, what, error, ['retry', 'cancel']));
    if (decision === undefined) epic.withdrawOwn();
    await admission(epic);
  };
  // Asked by the former run.
  if (epic.isAsked(about)) await wait();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      await wait(error);
    }
  }
}

/** What was there before has led to the failure already, and would lead to it again. */
function laterNews({ looks, isOvertaken }: Overtaking): () => boolean {
  const before = looks();
  return () => looks() > before && isOvertaken();
}

/**
 * The decision; what is no failure of the work (cancellation, a mistake of ours or of the input) passes. Another epic may
 * run meanwhile.
 */
export async function askToMend(
  epic: Epic,
  about: string,
  what: string,
  error: unknown,
  options: string[],
): Promise<string> {
  if (epic.isAsked(about)) return (await epic.askPerson(about, noQuestion)).decision;
  if (isCancellation(error) || !(error instanceof TemporalFailure) || failureType(error) === 'InvalidInput') {
    throw error;
  }
  const reason = failureMessage(error);
  epic.decide('factory', 'failure', what, reason);
  epic.tell('BLOCKED', what, { kind: 'person', reason });
  const question = `${what}: ${reason.slice(0, 1_500)}. Fix the cause, then retry.`;
  const answered = epic.askPerson(about, () => ({ kind: 'question', question, options }));
  epic.releaseAdmission();
  return (await answered).decision;
}

function noQuestion(): never {
  throw new Error('The question of the former run is not there');
}
