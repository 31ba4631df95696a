/** Asks a person when a task fails between rounds: a rewind, a push that it takes in, a pull request to reopen. */
import { askUnless, settled } from './ask.ts';
import { newsThatCounts } from './by-hand.ts';
import type { Task } from './context.ts';
import { leaveAndExplain } from './until-fixed.ts';

/** A person fixes the cause; a rewind, and what somebody does by hand, overtake the question. */
export async function askToFix(task: Task, error: unknown): Promise<void> {
  const asking = await leaveAndExplain(task, error);
  const isOvertaken = () => newsThatCounts(task) !== undefined;
  const answer = await askUnless(task, { kind: 'mend' }, () => asking, isOvertaken);
  if (answer !== undefined) settled(task);
}
