/** What a task cannot do between rounds of its work: going back, taking in a push, opening its pull request again. */
import { askUnless, withdraw } from './ask.ts';
import { newsThatCounts } from './by-hand.ts';
import type { Task } from './context.ts';
import { leaveAndExplain } from './mend.ts';

/** A person fixes the cause; a rewind, and what somebody does by hand, overtake the question. */
export async function askToMend(task: Task, error: unknown): Promise<void> {
  const question = await leaveAndExplain(task, error);
  const answer = await askUnless(task, question, () => newsThatCounts(task) !== undefined);
  if (answer === undefined && task.data.rewind === undefined) await withdraw(task);
}
