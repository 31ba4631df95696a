/** Which of its workflow's runs an activity belongs to, by the order in which they wrote. */
import { Context } from '@temporalio/activity';
import { finalFailure, passingFailure } from '../clients/failures.ts';
import type { Database } from '../db/connection.ts';
import { type Generation, RunOvertaken, runGeneration, type WorkflowRun } from '../db/writes/runs.ts';

/** The run: from the activity's own context, so that no input can claim to be another's. */
export function currentRun(): WorkflowRun {
  const run = Context.current().info.workflowExecution;
  if (run === undefined) throw finalFailure('InvalidInput', 'This is a step of a workflow; start it from one');
  return run;
}

/**
 * The number of the current run, which its first write gives it.
 * Fails: RunOvertaken, for a run that was ended from outside before it had written anything.
 */
export async function numberRun(db: Database): Promise<Generation> {
  const askedAt = new Date(Context.current().info.currentAttemptScheduledTimestampMs);
  try {
    return await runGeneration(db, currentRun(), askedAt);
  } catch (cause) {
    if (!(cause instanceof RunOvertaken)) throw cause;
    throw passingFailure('RunOvertaken', cause.message, { cause, nextRetryDelay: '1s' });
  }
}
