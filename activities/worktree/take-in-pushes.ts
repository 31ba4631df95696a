/** A task's branch on the forge only ever moves forward, whoever rewrote it here or pushed to it there. */
import { isAncestor } from '../../clients/git/ancestry.ts';
import type { Author } from '../../clients/git/git.ts';
import type { Ref } from '../../clients/git/refs.ts';
import { forgeBranch, lookAtForge, readForge } from '../../clients/git/remote.ts';
import { type Chain, readChain } from './checkpoint-chain.ts';
import { commitTree, mergeTrees } from './commits.ts';
import { headMove, moveTree, type Worktree } from './worktree-state.ts';

export interface Ahead {
  readonly commit: Ref;
  /**
   * True when a push of ours brought it there, so that the branch was rewritten here (`git commit --amend`, `git
   * reset`): the files here are the newer ones. False when somebody pushed it: their work and ours are to be merged.
   */
  readonly isOurs: boolean;
}

/** What the forge's branch has and the head here does not hold; undefined when there is nothing of the kind. */
export async function findAhead(worktree: Worktree, head: Ref, chain: Chain): Promise<Ahead | undefined> {
  const { bare, branch = '', state } = worktree;
  const wanted = forgeBranch(branch, { optional: true });
  const there = await lookAtForge(bare, wanted.there);
  if (there === undefined) return undefined;
  const commit = there.commit ?? (await readForge(bare, [wanted])).get(wanted.there);
  if (commit === undefined || (await isAncestor(bare, commit.sha, head.sha))) return undefined;
  // Its work is here already, taken over onto another base; all that it stood on is to stay behind.
  if (state.replaces !== undefined && (await isAncestor(bare, state.replaces, commit.sha))) return undefined;
  // Each of our pushes also put the branch's head on the chain.
  const { local } = await readChain(bare, chain);
  return { commit, isOurs: local !== undefined && (await isAncestor(bare, commit.sha, local.sha)) };
}

export interface TakeIn {
  /** The head here; the worktree's files are its files. */
  readonly ours: string;
  readonly theirs: string;
  readonly trailers: Readonly<Record<string, string>>;
  readonly author: Author | undefined;
}

/** Merges what somebody pushed to the branch into it; a conflict is laid into the worktree for its agent to settle. */
export async function takeIn(worktree: Worktree, input: TakeIn) {
  const { ours, theirs, trailers, author } = input;
  const { bare, branch } = worktree;
  const merge = await mergeTrees(bare, { ours, theirs, base: theirs });
  if (merge.kind === 'conflict') {
    await moveTree(worktree, ours, { tree: merge.tree, conflict: { head: ours, parent: theirs, isOwnBranch: true } });
    return merge;
  }
  const message = `Merge what was pushed to ${branch}`;
  const sha = await commitTree(bare, { tree: merge.tree, parents: [ours, theirs], message, trailers, author });
  await moveTree(worktree, ours, { tree: merge.tree, head: headMove(worktree, ours, sha) });
  return { ...merge, sha };
}
