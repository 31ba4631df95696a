/** Asks a person about a step that the epic cannot take: they fix its cause, and it is tried again. */
import { isCancellation, TemporalFailure } from '@temporalio/workflow';
import { askedAlready, askUnlessOvertaken } from '../ask.ts';
import { failureMessage, failureType } from '../failure.ts';
import { admission } from './admission.ts';
import type { Epic } from './context.ts';

/** By what a later look at the pull request brings. */
export interface Overtaking {
  readonly looks: () => number;
  readonly isOvertaken: () => boolean;
}

interface Step {
  /** Names the question. */
  readonly about: string;
  /** What cannot be done, for people. */
  readonly what: string;
}

/**
 * Work that is paid for is not thrown away over a failure: a person fixes its cause, then it is tried again. So it is
 * when a later look brings what overtakes the question.
 */
export async function untilFixed<T>(
  epic: Epic,
  step: Step & { readonly overtaking?: Overtaking },
  work: () => Promise<T>,
): Promise<T> {
  const { about, overtaking } = step;
  const wait = async (error?: unknown) => {
    await askUnlessOvertaken(epic.runEnd, {
      ask: () => askToFix(epic, { ...step, error, options: ['retry', 'cancel'] }),
      isOvertaken: overtaking === undefined ? () => false : laterNews(overtaking),
      withdraw: epic.withdrawOwn,
    });
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

interface Failed extends Step {
  /** Left out when the former run has asked. */
  readonly error?: unknown;
  readonly options: string[];
}

/**
 * The decision; what is no failure of the work (cancellation, a mistake of ours or of the input) passes. Another epic may
 * run meanwhile.
 */
export async function askToFix(epic: Epic, { about, what, error, options }: Failed): Promise<string> {
  if (epic.isAsked(about)) return (await epic.askPerson(about, askedAlready)).decision;
  if (isCancellation(error) || !(error instanceof TemporalFailure) || failureType(error) === 'InvalidInput') {
    throw error;
  }
  const reason = failureMessage(error);
  epic.logFailure(what, reason);
  epic.tell('BLOCKED', what, { kind: 'person', reason });
  const skip = options.includes('skip') ? ' Or choose skip: the epic ends without it.' : '';
  const question = `${what}: ${reason.slice(0, 1_500)}. Fix the cause, then choose retry.${skip}`;
  const answered = epic.askPerson(about, () => ({ kind: 'question', question, options }));
  epic.releaseAdmission();
  return (await answered).decision;
}
