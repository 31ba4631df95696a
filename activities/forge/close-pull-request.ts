/** The end of a pull request that is not going to be merged. */
import { defined } from '../../workflows/contract/optional-fields.ts';
import type { PullRequestView } from '../../workflows/contract/pull-request.ts';
import type { Forge, PullRequestRef } from './forge.ts';

export type Closing = PullRequestRef & { readonly comment: string };
export type Closed = Pick<PullRequestView, 'state' | 'mergedSha'>;

/** Closes it with a comment that says why. Idempotent: one comment, closed stays closed, and merged stays merged. */
export async function closeWithWord(
  forge: Pick<Forge, 'readPullRequest' | 'comment' | 'close'>,
  { repository, number, comment }: Closing,
  signal?: AbortSignal,
): Promise<Closed> {
  const { state, mergedSha } = await forge.readPullRequest({ repository, number }, signal);
  if (state === 'merged') return { state, ...defined({ mergedSha }) };
  await forge.comment({ repository, number, key: `closed: ${comment.slice(0, 200)}`, body: comment });
  await forge.close({ repository, number });
  return { state: 'closed' };
}
