/** The folder of a worktree, which no link on the way may lead elsewhere. */
import { lstat, mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { finalFailure } from '../failures.ts';
import { type WorktreeBase, worktreesFolder } from './names.ts';
import { folderFailure } from './repository.ts';

/**
 * The worktree's folder without links, its parent made.
 * Fails PathIsLink (final) where a link stands in the place of a folder that the factory makes. GIT_WORKTREE_BASE
 * itself may be one: the operator chose it.
 */
export async function realPath(base: WorktreeBase, path: string): Promise<string> {
  const folder = worktreesFolder(base);
  const parts = relative(folder, path).split(sep);
  const below = parts.map((_, index) => join(folder, ...parts.slice(0, index + 1)));
  await refuseLinks(base.worktreeBase === undefined ? [folder, ...below] : below);
  try {
    return join(await makeFolder(dirname(path)), basename(path));
  } catch (error) {
    throw folderFailure(error, path);
  }
}

const MOST_TRIES = 20;

/** The removal of another worktree takes the epic's folder away while it is empty, perhaps just after it was made. */
async function makeFolder(folder: string): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    try {
      await mkdir(folder, { recursive: true });
      return await realpath(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries >= MOST_TRIES) throw error;
    }
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
