/** Taking away what set-up and checks left behind in a worktree whose work is all committed. */
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from './git.ts';
import { copyIndex, updateState, type Worktree } from './worktree-state.ts';

/** Makes the files those of the commit again; ignored files stay. Only for a tree that was clean before the checks ran. */
export async function restoreTree(worktree: Worktree, commit: string): Promise<Worktree> {
  await resetTracked(worktree, commit);
  await git(worktree.place, ['clean', '-ffdq']);
  return await updateState(worktree, { verifying: undefined });
}

/**
 * What set-up made without being told to git would end up in the task's commits: tracked files go back to the commit,
 * and new ones are ignored on this host from now on. Only for a tree that was clean before set-up ran.
 */
export async function disownSetUp(worktree: Worktree, commit: string): Promise<void> {
  await resetTracked(worktree, commit);
  const output = await git(worktree.place, ['ls-files', '-z', '--others', '--exclude-standard', '--directory']);
  const paths = output.split('\0').filter((path) => path !== '');
  if (paths.length === 0) return;
  const patterns = paths.map((path) => `/${path.replaceAll(/[\\*?[\]!# ]/g, '\\$&')}\n`);
  await appendFile(join(worktree.bare.gitDir, 'info', 'exclude'), patterns.join(''));
}

async function resetTracked(worktree: Worktree, commit: string): Promise<void> {
  await git(worktree.place, ['read-tree', '--reset', '-u', commit]);
  await copyIndex(worktree.place, worktree.snapshots);
}
