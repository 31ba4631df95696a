/** Taking away what the checks left behind in a worktree whose work is all committed. */
import { git } from './git.ts';
import { copyIndex, updateState, type Worktree } from './worktree-state.ts';

/** Makes the files those of the commit again; ignored files stay. Only for a tree that was clean before the checks ran. */
export async function restoreTree(worktree: Worktree, commit: string): Promise<Worktree> {
  await git(worktree.place, ['read-tree', '--reset', '-u', commit]);
  await git(worktree.place, ['clean', '-ffdq']);
  await copyIndex(worktree.place, worktree.snapshots);
  return await updateState(worktree, { verifying: undefined });
}
