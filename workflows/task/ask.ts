/** Questions of a task: one at a time, and each is waited for through any number of runs until its answer is in the data. */
import { getExternalWorkflowHandle, isCancellation, uuid4 } from '@temporalio/workflow';
import { askUntil as askByThen, askUnlessOvertaken } from '../ask.ts';
import type { Question } from '../ask-person.ts';
import { taskRewoundSignal } from '../contract/epic.ts';
import { epicWorkflowId } from '../contract/ids.ts';
import type { PersonAnswered } from '../contract/task.ts';
import type { About, AskedQuestion } from './asked-question.ts';
import type { Task } from './context.ts';
import { forgetAsked, setAsked } from './status-state.ts';

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
  if (!isAsked(task, about.kind)) setAsked(task.data, { about, question: questionOf(task, about, asking()) });
  return answerOf(task, opened);
}

/** The answer to what is asked. */
export const answerOf = ({ data, requests }: Task, opened?: () => void): Promise<PersonAnswered> =>
  requests.ask((data.asked as AskedQuestion).question, opened);

export const settled = ({ data }: Task): void => forgetAsked(data);

interface Overtaking {
  readonly isOvertaken?: () => boolean;
  readonly isTakenBack?: () => boolean;
}

/**
 * The answer; undefined when it `isOvertaken`, which withdraws the question, or when a person took the task back, which
 * has withdrawn it.
 */
export function askUnless(
  task: Task,
  about: About,
  asking: () => Asking,
  { isOvertaken = () => false, isTakenBack = () => task.data.rewind !== undefined }: Overtaking = {},
): Promise<PersonAnswered | undefined> {
  return askUnlessOvertaken(task.runEnd, {
    ask: () => ask(task, about, asking),
    isOvertaken: () => isTakenBack() || isOvertaken(),
    withdraw: async () => isTakenBack() || (await withdraw(task)),
  });
}

/** Its id is unique among all runs of the task: what was answered before is not the answer to this. */
function questionOf({ input }: Task, about: About, asking: Asking): Question {
  const { shared } = asking;
  if (shared !== undefined) return { ...asking, requestId: `${shared.name}-${uuid4().slice(0, 6)}` };
  const { key: taskKey } = input.task;
  const what = about.kind === 'findings' ? asking.kind : about.kind;
  return { ...asking, taskKey, requestId: `${what}-${taskKey}-${uuid4().slice(0, 6)}` };
}

/** What is asked about these: the name that tasks share it under. */
export const sharedName = (what: string, names: readonly string[]): string =>
  `${what}-${names
    .toSorted()
    .join('-')
    .replaceAll(/[^\w.-]/g, '_')
    .slice(0, 150)}`;

/** The answer; undefined when nobody has answered until then, and the question is withdrawn. */
export const askUntil = (
  task: Task,
  { about, until, asking }: { readonly about: About; readonly until: number; readonly asking: () => Asking },
): Promise<PersonAnswered | undefined> =>
  askByThen(task.runEnd, until, { ask: () => ask(task, about, asking), withdraw: () => withdraw(task) });

/** Nobody is to wait for, or answer, what the task asked for before this; an epic that has closed needs no signal. */
export async function withdraw({ input, data }: Task): Promise<void> {
  forgetAsked(data);
  const epic = getExternalWorkflowHandle(epicWorkflowId(input.epicId));
  await epic.signal(taskRewoundSignal, { taskKey: input.task.key }).catch((error: unknown) => {
    if (isCancellation(error)) throw error;
  });
}
