/** The pull request of work that was cancelled. */
import { isCancellation } from '@temporalio/workflow';
import { brieflyFactory } from '../activities.ts';
import type { PullRequestView } from '../contract/pull-request.ts';
import { failureMessage } from '../failure.ts';

/**
 * Closes an open one with a word why, unless it was merged meanwhile. A forge that does not answer in a minute leaves it
 * open. `say` hears of both.
 */
export async function closePullRequest<View extends PullRequestView>(
  pullRequest: View,
  { repository, comment, say }: { repository: string; comment: string; say: (what: string, reason: string) => void },
): Promise<View> {
  const { number, state } = pullRequest;
  if (state !== 'open') return pullRequest;
  try {
    const closing = { repository, number, comment };
    const ended = await brieflyFactory.closePullRequest(`close pull request #${number}`, closing);
    if (ended.state === 'merged') say(`pull request #${number} is merged already`, 'it was merged before this ended');
    return { ...pullRequest, ...ended };
  } catch (error) {
    if (isCancellation(error)) throw error;
    say(`pull request #${number} stays open`, failureMessage(error));
    return pullRequest;
  }
}
