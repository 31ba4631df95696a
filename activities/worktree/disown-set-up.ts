/** Taking away what set-up left behind in a worktree whose work is all committed. */
import { appendFile } from 'node:fs/promises';
import { checkOut, layTree } from '../../clients/git/check-out.ts';
import { git } from '../../clients/git/git.ts';
import type { Ref } from '../../clients/git/refs.ts';
import { keepIndex } from '../../clients/git/snapshot-index.ts';
import { readLaid, repoOf } from '../../clients/submodules/laid-submodules.ts';
import { laySubmodules } from '../../clients/submodules/lay.ts';
import type { Worktree } from './worktree-state.ts';

/**
 * What set-up made without being told to git would end up in the task's commits: tracked files go back to the commit,
 * and new ones are ignored in this worktree from now on. Only for a tree that was clean before set-up ran.
 */
export async function disownSetUp(worktree: Worktree, commit: Ref): Promise<void> {
  await resetTracked(worktree, commit);
  await disownWithin(worktree);
  const output = await git(worktree.repo, ['ls-files', '-z', '--others', '--exclude-standard', '--directory']);
  const paths = output.split('\0').filter((path) => path !== '');
  if (paths.length === 0) return;
  await appendFile(worktree.repo.excludesFile as string, paths.map(asPattern).join(''));
}

/** The same in each submodule. */
async function disownWithin({ repo }: Worktree): Promise<void> {
  for (const entry of await readLaid(repo.gitDir)) {
    const at = repoOf(repo, entry);
    await checkOut(at, { tree: entry.commit });
    const output = await git(at, ['ls-files', '-z', '--others', '--exclude-standard', '--directory']);
    const paths = output.split('\0').filter((path) => path !== '');
    if (paths.length > 0) await appendFile(at.excludesFile as string, paths.map(asPattern).join(''));
  }
}

const asPattern = (path: string): string => `/${path.replaceAll(/[\\*?[\]!# ]/g, '\\$&')}\n`;

async function resetTracked({ bare, repo, snapshots }: Worktree, commit: Ref): Promise<void> {
  await layTree(repo, ['--reset', '-u'], { bare, tree: commit.tree });
  await laySubmodules(repo, bare, commit.tree);
  await keepIndex(repo, snapshots, commit.tree);
}
