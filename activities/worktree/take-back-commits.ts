/** Taking commits back that must not be pushed: the branch leaves them, the files stay. */
import { finalFailure } from '../../clients/failures.ts';
import { isAncestor } from '../../clients/git/ancestry.ts';
import { git } from '../../clients/git/git.ts';
import { moveRefs, readCommit } from '../../clients/git/refs.ts';
import { forgeBranch, readForge } from '../../clients/git/remote.ts';
import { newCommits } from '../secrets/scan.ts';
import { headMove, headOf, updateState, type Worktree } from './worktree-state.ts';

/**
 * Moves the branch back to the last commit that the forge has, so that the next commit holds all the work and nothing of
 * what these held besides. A merge among them is noted again as one to be settled.
 * Idempotent: a branch that left these commits stays where it is.
 */
export async function takeBack(worktree: Worktree, headSha: string, known: readonly string[]): Promise<void> {
  const { bare, repo } = worktree;
  if ((await headOf(worktree)).sha !== headSha) return;
  const { repo: there, range } = newCommits(bare, headSha, known);
  const lines = (await git(there, ['rev-list', '--first-parent', '--parents', ...range])).trim().split('\n');
  const commits = lines.map((line) => line.split(' '));
  const [, back, ...others] = commits.at(-1) ?? [];
  if (back === undefined)
    throw finalFailure(
      'NoEarlierCommit',
      `${headSha} is the first commit of its branch, so there is nothing to go back to`,
    );
  const merged = [...commits.flatMap(([, , other]) => other ?? []), ...others].at(0);
  if (merged !== undefined) {
    const isOwnBranch = await isPushedTo(worktree, merged);
    const own = isOwnBranch ? { isOwnBranch } : {};
    await updateState(worktree, { conflict: { head: back, parent: merged, ...own } });
  }
  if (!(await moveRefs(bare, [headMove(worktree, headSha, back)]))) {
    throw finalFailure('LocalBranchMoved', `The branch ${worktree.branch} was moved by somebody else`);
  }
  await git(repo, ['read-tree', '--reset', (await readCommit(bare, back)).tree]);
}

/** Whether it came from the worktree's own branch on the forge, not from the target. */
async function isPushedTo({ bare, branch }: Worktree, sha: string): Promise<boolean> {
  if (branch === undefined) return false;
  const own = forgeBranch(branch, { optional: true });
  const there = (await readForge(bare, [own])).get(own.there);
  return there !== undefined && (await isAncestor(bare, sha, there.sha));
}
