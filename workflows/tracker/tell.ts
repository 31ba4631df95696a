/** Words to an issue that their epic does not wait for. */
import { patientTracker } from '../activities.ts';
import type { Word } from '../contract/issue-news.ts';

export interface TellIssueWorkflowInput {
  readonly epicId: string;
  readonly sourceId: string;
  readonly words: readonly Word[];
}

/**
 * Says each word in its order; while the tracker is away it waits, for a week at most.
 * Survives its epic. Each word is harmless twice.
 */
export async function tellIssueWorkflow({ words, ...about }: TellIssueWorkflowInput): Promise<void> {
  for (const word of words) await patientTracker.tellIssue(`tell the issue: ${word.key}`, { ...about, word });
}
