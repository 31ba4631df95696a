/** Branches on top of each other, each merged as it will be in its turn: what a base is going to be. */
import type { Author } from '../../clients/git/git.ts';
import { forgeBranch, readForge } from '../../clients/git/remote.ts';
import type { Clone } from '../../clients/git/repository.ts';
import type { Follower } from '../../workflows/contract/line.ts';
import type { Stacked } from '../../workflows/contract/verification.ts';
import { commitTree, mergeTrees } from './commits.ts';

/**
 * Merges them onto a commit, in their order. One that conflicts is left out, as it will be when its turn comes; one that
 * has moved on the forge since it asked ends the stack. The commits are on no branch. Idempotent: a retry makes the same.
 */
export async function stackOn(
  bare: Clone,
  base: { readonly sha: string; readonly author: Author | undefined },
  followers: readonly Follower[],
): Promise<Stacked[]> {
  const wanted = followers.map(({ branch }) => forgeBranch(branch, { optional: true }));
  const heads = wanted.length === 0 ? new Map() : await readForge(bare, wanted);
  const stacked: Stacked[] = [];
  let below = base.sha;
  for (const follower of followers) {
    const { branch, headSha } = follower;
    if (heads.get(forgeBranch(branch).there)?.sha !== headSha) break;
    const merge = await mergeTrees(bare, { ours: headSha, theirs: below, base: below });
    if (merge.kind === 'conflict') continue;
    const message = `Merge ${branch}, to be verified together`;
    below = await commitTree(bare, {
      tree: merge.tree,
      parents: [headSha, below],
      message,
      author: base.author,
      at: 0,
    });
    stacked.push({ ...follower, commitSha: below, treeSha: merge.tree });
  }
  return stacked;
}
