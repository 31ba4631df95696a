/** Questions that a task asks outside of the work that a rewind or a merge by hand interrupts. */
import { condition, uuid4 } from '@temporalio/workflow';
import type { Question } from '../ask-person.ts';
import type { PersonAnswered } from '../contract/task.ts';
import type { Task } from './context.ts';

/**
 * The answer; undefined when it `isOvertaken`, which leaves the question for the caller to withdraw, or when a person took
 * the task back, which has withdrawn it. An answer that comes together with either is too late.
 */
export async function askUnless(
  task: Task,
  question: Question,
  isOvertaken: () => boolean = () => false,
): Promise<PersonAnswered | undefined> {
  const hasLostItsPoint = () => task.data.rewind !== undefined || isOvertaken();
  const answer = await Promise.race([task.requests.ask(question), condition(hasLostItsPoint)]);
  return hasLostItsPoint() ? undefined : (answer ?? undefined);
}

/** Unique among all runs of the task: what was answered before is not the answer to this. */
export const newRequestId = (what: string, task: Task): string =>
  `${what}-${task.input.task.key}-${uuid4().slice(0, 6)}`;
