/** The folder of a worktree, which no link on the way may lead elsewhere. */
import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { finalFailure } from '../failures.ts';
import { makeFolder } from '../make-folder.ts';
import { type WorktreeBase, worktreesFolder } from './names.ts';
import { folderFailure } from './repository.ts';

/**
 * The worktree's folder without links, its parent made.
 * Fails PathIsLink (final) where a link stands in the place of a folder that the factory makes. GIT_WORKTREE_BASE
 * itself may be one: the operator chose it.
 */
export async function realPath(base: WorktreeBase, path: string): Promise<string> {
  const folder = worktreesFolder(base);
  const parent = dirname(path);
  const parts = relative(folder, path).split(sep);
  const below = parts.map((_, index) => join(folder, ...parts.slice(0, index + 1)));
  await refuseLinks(base.worktreeBase === undefined ? [folder, ...below] : below);
  try {
    return join(await makeFolder(parent, { use: () => realpath(parent) }), basename(path));
  } catch (error) {
    throw folderFailure(error, path);
  }
}

/** The same for a path that `realPath` returned before: the worktree, the epic's folder and the folder of all worktrees. */
export const refuseLinkedWorktree = (path: string): Promise<void> =>
  refuseLinks([dirname(dirname(path)), dirname(path), path]);

async function refuseLinks(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const found = await lstat(path).catch(() => undefined);
    if (found?.isSymbolicLink() !== true) continue;
    const remedy = 'remove it, see who put it there, then retry the task';
    throw finalFailure('PathIsLink', `${path} is a link where a folder of worktrees should be; ${remedy}`);
  }
}
