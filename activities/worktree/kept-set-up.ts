/**
 * What set-up made and factory.yaml lets stay from one commit to the next. It is believed only as long as it is, file by
 * file, what set-up left: what a check has added is removed, and where one has changed anything all is made again.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { GitRepo } from '../../clients/git/git.ts';
import { removePaths } from '../../clients/git/remove-untracked.ts';
import { replaceFile } from '../../clients/git/repository.ts';
import { readNoteIfThere } from '../../clients/read-if-there.ts';
import { differences, readFileStats } from './file-stats.ts';

/** What names a set-up: two of the same key make the same of the same files. */
export interface SetUpKey {
  /** The command with all that it is run with. */
  readonly key: string;
  /** From the root of the worktree. */
  readonly keep: readonly string[];
  /** The paths whose content decides whether what was kept is still right; without any nothing is kept. */
  readonly basis: readonly string[];
  /** Whose code it runs: OF_BASE, or the task, or its stack, that its products are kept for and for nobody else. */
  readonly scope: string;
}

/** The scope of commits that the base branch holds: what their set-up made serves every task. */
export const OF_BASE = '';

/** What was kept of a set-up, and what decides whether it is still right. */
export interface Products {
  readonly key: string;
  readonly scope: string;
  readonly keep: readonly string[];
  /** The basis as it was. */
  readonly basis: string;
  /** Nothing else was made or changed by it, so that it need not run again for the same basis. */
  readonly isAll: boolean;
}

/** Whether products may serve this set-up; those of another task may not, because its code made them. */
export const mayServe = (products: Products | undefined, setUp: SetUpKey | undefined): products is Products =>
  products !== undefined &&
  products.key === setUp?.key &&
  (products.scope === OF_BASE || products.scope === setUp.scope);

/** Names the content of files and folders; undefined when one is missing or a link, since nothing can be equal to it. */
export function basisOf(index: ReadonlyMap<string, string>, paths: readonly string[]): string | undefined {
  const lines: string[] = [];
  for (const path of paths) {
    const found = [...index].filter(([file]) => isWithin(file, path));
    if (found.length === 0 || found.some(([, facts]) => facts.startsWith(LINK))) return undefined;
    lines.push(...found.map(([file, facts]) => `${file} ${facts}`));
  }
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

const LINK = '120000 ';

/** A commit that has something of its own at these paths, or a file on the way there. */
export const holdsAny = (index: ReadonlyMap<string, string>, paths: readonly string[]): boolean =>
  [...index.keys()].some((file) => paths.some((path) => isWithin(file, path) || isWithin(path, file)));

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** Writes down what the kept paths hold now; false when that cannot be told. */
export async function noteKept(repo: GitRepo, keep: readonly string[]): Promise<boolean> {
  const found = await readFileStats(pathsOf(repo, keep));
  if (found !== undefined) await replaceFile(noteFile(repo), JSON.stringify([...found]));
  return found !== undefined;
}

/** Makes the kept paths what was written down; false when something of that was changed or is gone. */
export async function restoreKept(repo: GitRepo, keep: readonly string[]): Promise<boolean> {
  const noted = await readNoteIfThere<[string, string][]>(noteFile(repo));
  const found = await readFileStats(pathsOf(repo, keep));
  if (noted === undefined || found === undefined) return false;
  const { changed, added } = differences(new Map(noted), found);
  return !changed && (await removePaths(added, repo.signal));
}

const noteFile = ({ gitDir }: GitRepo): string => join(gitDir, 'factory-kept.json');
const pathsOf = ({ workTree = '' }: GitRepo, keep: readonly string[]): string[] =>
  keep.map((path) => join(workTree, path));
