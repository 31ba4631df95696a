/** Questions that a task asks outside of the work that a rewind or a merge by hand interrupts. */
import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  sleep,
  uuid4,
} from '@temporalio/workflow';
import type { Question } from '../ask-person.ts';
import { taskRewoundSignal } from '../contract/epic.ts';
import { epicWorkflowId } from '../contract/ids.ts';
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

/** The answer; undefined when nobody has answered for so long, and the question is withdrawn. */
export async function askFor(task: Task, question: Question, ms: number): Promise<PersonAnswered | undefined> {
  const waiting = new CancellationScope();
  try {
    const answered = task.requests.ask(question);
    const answer = await Promise.race([answered, waiting.run(() => sleep(ms))]);
    if (answer !== undefined) return answer;
  } finally {
    waiting.cancel();
  }
  await withdraw(task);
  return undefined;
}

/** Nobody is to wait for, or answer, what the task asked for before this; an epic that has closed needs no word. */
export async function withdraw({ input }: Task): Promise<void> {
  const epic = getExternalWorkflowHandle(epicWorkflowId(input.epicId));
  await epic.signal(taskRewoundSignal, { taskKey: input.task.key }).catch((error: unknown) => {
    if (isCancellation(error)) throw error;
  });
}

/** Unique among all runs of the task: what was answered before is not the answer to this. */
export const newRequestId = (what: string, task: Task): string =>
  `${what}-${task.input.task.key}-${uuid4().slice(0, 6)}`;
