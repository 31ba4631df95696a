/** What the factory has laid of submodules into a worktree: written down beside its index, where no agent writes. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { GitRepo } from '../git/git.ts';
import { replaceFile } from '../git/repository.ts';
import { readNoteIfThere } from '../read-if-there.ts';

export interface LaidSubmodule {
  /** From the worktree's root, also of one within another. */
  readonly path: string;
  readonly commit: string;
  /** The clone that its objects are in. */
  readonly clone: string;
  /** The one that it is within. */
  readonly within?: string;
  /** False until all its files are there. */
  readonly isWhole: boolean;
}

const noteFile = (admin: string): string => join(admin, 'factory-submodules.json');

/** By the worktree's folder of git's, in the order in which they were laid: an outer one comes first. */
export async function readLaid(admin: string): Promise<readonly LaidSubmodule[]> {
  return (await readNoteIfThere<LaidSubmodule[]>(noteFile(admin))) ?? [];
}

export const writeLaid = (admin: string, laid: readonly LaidSubmodule[]): Promise<void> =>
  replaceFile(noteFile(admin), JSON.stringify(laid));

/** Where the factory's git works on a submodule: never by what lies in its folder. */
export function repoOf({ gitDir: admin, workTree = '', signal }: GitRepo, { path, clone }: LaidSubmodule): GitRepo {
  const name = `factory-submodule-${createHash('sha256').update(path).digest('hex').slice(0, 16)}`;
  return {
    gitDir: clone,
    workTree: join(workTree, path),
    signal,
    indexFile: join(admin, name),
    excludesFile: join(admin, `${name}-exclude`),
  };
}
