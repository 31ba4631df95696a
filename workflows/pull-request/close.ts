/** The pull request of work that was cancelled. */
import { brieflyFactory } from '../activities.ts';
import type { PullRequestView } from '../contract/records.ts';
import { failureMessage } from '../failure.ts';

/** Closes an open one with a word why. A forge that does not answer in a minute leaves it open, and `say` hears of it. */
export async function closePullRequest(
  { number, state }: PullRequestView,
  { repository, comment, say }: { repository: string; comment: string; say: (what: string, reason: string) => void },
): Promise<void> {
  if (state !== 'open') return;
  try {
    await brieflyFactory.closePullRequest(`close pull request #${number}`, { repository, number, comment });
  } catch (error) {
    say(`pull request #${number} stays open`, failureMessage(error));
  }
}
