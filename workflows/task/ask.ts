/** Questions of a task: one at a time, and each is waited for through any number of runs until its answer is in the data. */
import { uuid4 } from '@temporalio/workflow';
import type { Question } from '../ask-person.ts';
import type { PersonAnswered } from '../contract/task.ts';
import type { Task } from './context.ts';
import type { About, AskedQuestion } from './state.ts';

/** Without what every question of a task has. */
export type Asking = Omit<Question, 'requestId' | 'taskKey'>;

/** The former run asked this and had not acted on an answer. */
export const isAsked = ({ data }: Task, kind: About['kind']): boolean => data.asked?.about.kind === kind;

/** Asks, unless it is asked already, and waits. Call `settled` once the answer's effect is in the data. */
export async function ask(
  task: Task,
  about: About,
  asking: () => Asking,
  opened?: () => void,
): Promise<PersonAnswered> {
  if (!isAsked(task, about.kind)) task.data.asked = { about, question: questionOf(task, about, asking()) };
  return answerOf(task, opened);
}

/** The answer to what is asked. */
export const answerOf = ({ data, requests }: Task, opened?: () => void): Promise<PersonAnswered> =>
  requests.ask((data.asked as AskedQuestion).question, opened);

export function settled({ data }: Task): void {
  delete data.asked;
}

/**
 * The answer; undefined when it `isOvertaken`, which leaves the question for the caller to withdraw, or when a person took
 * the task back, which has withdrawn it. An answer that comes together with either is too late.
 */
export function askUnless(
  task: Task,
  about: About,
  asking: () => Asking,
  isOvertaken: () => boolean = () => false,
): Promise<PersonAnswered | undefined> {
  const hasLostItsPoint = () => task.data.rewind !== undefined || isOvertaken();
  return task.rests.unless(hasLostItsPoint, () => ask(task, about, asking));
}

/** Its id is unique among all runs of the task: what was answered before is not the answer to this. */
function questionOf({ input }: Task, about: About, asking: Asking): Question {
  const { key: taskKey } = input.task;
  const what = about.kind === 'findings' ? asking.kind : about.kind;
  return { ...asking, taskKey, requestId: `${what}-${taskKey}-${uuid4().slice(0, 6)}` };
}
