/** A branch of ours that somebody else moved on the forge: what became of it, and going on from there. */
import { finalFailure } from '../../clients/failures.ts';
import { isAncestor } from '../../clients/git/ancestry.ts';
import { forgeBranch, lookAtForge, readForge } from '../../clients/git/remote.ts';
import type { GitHost } from '../../clients/git/repository.ts';
import type { BranchComparison, WorktreeInput } from '../../workflows/contract/worktree.ts';
import { withHeartbeat } from '../heartbeat.ts';
import type { Chain } from './checkpoint-chain.ts';
import { lay, tellForge } from './rewind.ts';
import { headOf, openWorktree } from './worktree-state.ts';

export interface BranchInput extends WorktreeInput {
  readonly branch: string;
}

export function createByHandActivities(host: GitHost) {
  return {
    /**
     * Says how the forge's branch relates to the commit that it was left at.
     * Fails: those of worktrees (final); ForgeUnavailable, GitFailed (retried).
     * Runs on: host-<name>.
     */
    compareBranch: (input: BranchInput & { readonly knownSha: string }): Promise<BranchComparison> =>
      withHeartbeat((signal) => compare(host, input, signal)),

    /**
     * Makes the task's branch here the forge's, as it is, with worktree and index. What the worktree held before is kept
     * on this host under a ref of its own, and the chain tells the forge of the new head.
     * Idempotent: a branch that is there stays; a kill in between is ended by the next try.
     * Fails: BaseBranchMissing, PushRejected, those of worktrees (final); ForgeUnavailable, GitFailed (retried).
     * Runs on: host-<name>.
     */
    takeBranch: (input: BranchInput & { readonly taskKey: string }): Promise<{ headSha: string }> =>
      withHeartbeat((signal) => take(host, input, signal)),
  };
}

async function compare(
  host: GitHost,
  input: BranchInput & { readonly knownSha: string },
  signal: AbortSignal,
): Promise<BranchComparison> {
  const { bare } = await openWorktree(host, input, signal);
  const wanted = forgeBranch(input.branch, { optional: true });
  // Mostly its commit is here already, and then nothing is fetched.
  const found = await lookAtForge(bare, wanted.there);
  if (found === undefined) return { kind: 'gone' };
  const there = found.commit ?? (await readForge(bare, [wanted])).get(wanted.there);
  if (there === undefined) return { kind: 'gone' };
  const { sha: headSha } = there;
  if (headSha === input.knownSha) return { kind: 'same', headSha };
  return { kind: (await isAncestor(bare, input.knownSha, headSha)) ? 'ahead' : 'rewritten', headSha };
}

async function take(host: GitHost, input: BranchInput & { readonly taskKey: string }, signal: AbortSignal) {
  const { epicId, taskKey, placement, branch } = input;
  const chain: Chain = { epicId, taskKey, epoch: placement.epoch, author: host.author };
  const worktree = await openWorktree(host, input, signal);
  const wanted = forgeBranch(branch);
  const there = (await readForge(worktree.bare, [wanted])).get(wanted.there);
  if (there === undefined) throw finalFailure('BaseBranchMissing', `The forge has no branch ${branch}`);
  const head = await headOf(worktree);
  if (head.sha !== there.sha) await lay(worktree, chain, head, there, 'Before a rewritten branch was taken over');
  return { headSha: await tellForge(worktree, chain, `takes over ${branch}`) };
}
