/** People's answers to what an agent of the task has asked. */
import { askedWords, requestOf } from '../parked-questions.ts';
import type { Task } from './context.ts';
import { ensurePlacement, waitAway } from './placement.ts';
import { answerParked } from './status-state.ts';

/** Waits for them with no host, through any number of runs, and returns in a place; false when nothing is asked. */
export async function awaitAnswers(task: Task): Promise<boolean> {
  if (task.data.parkedAgent?.asks === undefined) return false;
  await collectAnswers(task);
  await ensurePlacement(task);
  return true;
}

/** The same without the place. */
export async function collectAnswers(task: Task): Promise<void> {
  const { data, input, requests } = task;
  const asks = data.parkedAgent?.asks;
  if (asks === undefined) return;
  if (data.placement !== undefined)
    await waitAway(task, { phase: 'waits for an answer', reason: askedWords(asks), state: 'BLOCKED' });
  answerParked(data, await requests.askAll(asks.map((asked) => requestOf(asked, input.task.key))));
}
