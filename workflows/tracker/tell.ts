/** Words to an issue that their epic does not wait for. */
import { ApplicationFailure, isCancellation, log } from '@temporalio/workflow';
import { patientTracker } from '../activities.ts';
import type { Word } from '../contract/issue-news.ts';
import { failureMessage } from '../failure.ts';

export interface TellIssueWorkflowInput {
  readonly epicId: string;
  readonly sourceId: string;
  readonly words: readonly Word[];
}

/**
 * Says each word in its order; while the tracker is away it waits, for a week a word at most. A word that is refused is
 * left out, and those after it are said all the same.
 * Survives its epic. Each word is harmless twice.
 * Fails: TrackerRefused when all are through, naming what was left out and why, so that it is seen among the executions.
 */
export async function tellIssueWorkflow({ words, ...about }: TellIssueWorkflowInput): Promise<void> {
  const left: string[] = [];
  for (const word of words) {
    try {
      await patientTracker.tellIssue(`tell the issue: ${word.key}`, { ...about, word });
    } catch (error) {
      if (isCancellation(error)) throw error;
      const reason = failureMessage(error);
      log.warn(`${about.sourceId} is not told: ${word.key}`, { reason });
      left.push(`${word.key} (${reason})`);
    }
  }
  if (left.length > 0) {
    throw ApplicationFailure.nonRetryable(`${about.sourceId} is not told: ${left.join('; ')}`, 'TrackerRefused');
  }
}
