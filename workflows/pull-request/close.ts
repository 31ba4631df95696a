/** The pull request of work that was cancelled. */
import { isCancellation } from '@temporalio/workflow';
import { brieflyFactory } from '../activities.ts';
import type { PullRequestView } from '../contract/records.ts';
import { failureMessage } from '../failure.ts';

/** Closes an open one with a word why. A forge that does not answer in a minute leaves it open, and `say` hears of it. */
export async function closePullRequest<View extends PullRequestView>(
  pullRequest: View,
  { repository, comment, say }: { repository: string; comment: string; say: (what: string, reason: string) => void },
): Promise<View> {
  const { number, state } = pullRequest;
  if (state !== 'open') return pullRequest;
  try {
    await brieflyFactory.closePullRequest(`close pull request #${number}`, { repository, number, comment });
    return { ...pullRequest, state: 'closed' };
  } catch (error) {
    if (isCancellation(error)) throw error;
    say(`pull request #${number} stays open`, failureMessage(error));
    return pullRequest;
  }
}
