/** Taking away what set-up left behind in a worktree whose work is all committed. */
import { appendFile } from 'node:fs/promises';
import { layTree } from './check-out.ts';
import { git } from './git.ts';
import type { Ref } from './refs.ts';
import { keepIndex } from './snapshot-index.ts';
import type { Worktree } from './worktree-state.ts';

/**
 * What set-up made without being told to git would end up in the task's commits: tracked files go back to the commit,
 * and new ones are ignored in this worktree from now on. Only for a tree that was clean before set-up ran.
 */
export async function disownSetUp(worktree: Worktree, commit: Ref): Promise<void> {
  await resetTracked(worktree, commit);
  const output = await git(worktree.place, ['ls-files', '-z', '--others', '--exclude-standard', '--directory']);
  const paths = output.split('\0').filter((path) => path !== '');
  if (paths.length === 0) return;
  const patterns = paths.map((path) => `/${path.replaceAll(/[\\*?[\]!# ]/g, '\\$&')}\n`);
  await appendFile(worktree.place.excludesFile as string, patterns.join(''));
}

async function resetTracked({ place, snapshots }: Worktree, commit: Ref): Promise<void> {
  await layTree(place, ['--reset', '-u', commit.tree]);
  await keepIndex(place, snapshots, commit.tree);
}
