/** What a refused merge means. GitHub says the same of a conflict and while it has not found out yet; the pull request tells more. */
import type { ApplicationFailure } from '@temporalio/common';
import { failure, finalFailure } from '../../clients/failures.ts';
import { isGitHubFailure } from '../../clients/github/failures.ts';
import type { WholePullRequest } from './pull-requests.ts';

/** GitHub needs a second or two after a push. */
const TRY_AGAIN = '3s';
/** A rule is in the way, which GitHub mostly names, but not always. */
const HELD_BY_RULE: ReadonlySet<string> = new Set(['blocked', 'behind']);

/** Whether the words alone do not tell why it was refused, or whether it was. */
export const isUnclear = (error: unknown): error is ApplicationFailure =>
  isGitHubFailure(error, 'not-mergeable', 'base-moved', 'merge-refused');

/** The failure for an unclear refusal, by the pull request as it is read after it: open, at the expected head. */
export function refusalOf(pullRequest: WholePullRequest, refused: ApplicationFailure): ApplicationFailure {
  const { head, base, mergeable, mergeable_state } = pullRequest;
  if (mergeable === false) {
    const words = `${head.ref} and ${base.ref} cannot be merged without a conflict. ${refused.message}`;
    return finalFailure('MergeConflict', words, { cause: refused });
  }
  if (mergeable === true && HELD_BY_RULE.has(mergeable_state)) {
    const words = `A rule of ${base.ref} is in the way of ${head.ref} (${mergeable_state}). ${refused.message}`;
    return finalFailure('BranchProtected', words, { cause: refused });
  }
  if (mergeable === true && isGitHubFailure(refused, 'merge-refused')) return refused;
  // It was too early, or the base moved under it; the next try compares the base again.
  const words = `GitHub cannot say yet whether ${head.ref} can be merged into ${base.ref}. ${refused.message}`;
  return failure('ForgeUnavailable', words, { cause: refused, nextRetryDelay: TRY_AGAIN });
}
