/** Opening a pull request for new work, and what is met there: somebody may have closed or merged it since the last look. */
import { condition, patched } from '@temporalio/workflow';
import { defined } from '../contract/optional-fields.ts';
import type { PullRequestView } from '../contract/pull-request.ts';
import { moveHead, type PullRequestMemory, type PullRequestOwner } from './state.ts';
import type { Watch } from './watch.ts';

interface Opener {
  readonly data: PullRequestOwner & { readonly memory: PullRequestMemory };
  readonly watch: Watch;
}

/** What the forge is told of the pull request that the owner has. Only its first opening, or a person, opens a closed one. */
export const openingOf = ({ pullRequest, memory }: Opener['data']) => ({
  ...defined({ known: pullRequest?.number }),
  reopens: pullRequest === undefined || memory.isReopening === true,
});

/** Whether somebody has closed or merged the owner's pull request, which is open as far as the owner's data knows. */
export function isOvertaken({ pullRequest }: PullRequestOwner, opened: PullRequestView): boolean {
  if (pullRequest?.number !== opened.number || pullRequest.state !== 'open') return false;
  // Histories from before went on with what they met.
  return opened.state !== 'open' && patched('overtaken');
}

/**
 * Looks at a pull request that is overtaken. The owner's data still has it as open, so what the look sees is news, which ends
 * this work; until it has, nothing more is done. Returns when it is open again by then.
 */
export async function awaitOvertaking(
  { data, watch }: Opener,
  opened: PullRequestView,
  headSha: string,
): Promise<void> {
  // Late work is known by the head that was there before a merge.
  if (opened.state === 'closed') moveHead(data, headSha);
  await watch.lookAgain();
  const news = watch.news()?.kind;
  if (news === 'merged' || news === 'closed') await condition(() => false);
  moveHead(data, headSha);
}
