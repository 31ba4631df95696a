/** Questions to people that something may overtake before anybody has answered: the same for an epic and a task. */
import { CancellationScope, sleep } from '@temporalio/workflow';
import type { RunEnd } from './run-end.ts';

export interface Question<Answer> {
  readonly ask: () => Promise<Answer>;
  /** What makes an answer needless; one that comes together with it is too late. */
  readonly isOvertaken: () => boolean;
  /** Nobody is to answer it any more. */
  readonly withdraw: () => unknown;
}

/** The answer; undefined when the question was overtaken, and is withdrawn. */
export async function askUnlessOvertaken<Answer>(
  runEnd: RunEnd,
  { ask, isOvertaken, withdraw }: Question<Answer>,
): Promise<Answer | undefined> {
  const answer = await runEnd.unless(isOvertaken, ask);
  if (answer === undefined) await withdraw();
  return answer;
}

/** The answer; undefined when nobody has given one until then, milliseconds since 1970, and the question is withdrawn. */
export async function askUntil<Answer>(
  runEnd: RunEnd,
  until: number,
  question: Omit<Question<Answer>, 'isOvertaken'>,
): Promise<Answer | undefined> {
  let isLate = false;
  const timer = new CancellationScope();
  timer
    .run(() => sleep(Math.max(1, until - Date.now()), { summary: 'the time to answer is over' }))
    .then(() => {
      isLate = true;
    })
    .catch(() => undefined);
  try {
    return await askUnlessOvertaken(runEnd, { ...question, isOvertaken: () => isLate });
  } finally {
    timer.cancel();
  }
}

/** In place of the words of a question that the former run has asked, and that this one waits on for. */
export function askedAlready(): never {
  throw new Error('The question of the former run is not there');
}
