/** Files of a worktree that git ignores and that set-up did not make: no commit has them, whatever its checks say there. */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from './repository.ts';
import { takeSnapshot } from './snapshot.ts';
import { readNote } from './snapshot-index.ts';
import type { Worktree } from './worktree-state.ts';

export interface IgnoredFiles {
  /** Some of them, and folders that hold many. */
  readonly names: readonly string[];
  readonly total: number;
}

const MOST_NAMES = 20;
/** A folder of more is named instead of its files. */
const MOST_OF_FOLDER = 10;

/** Remembers what is ignored right after set-up. */
export async function noteSetUp(worktree: Worktree): Promise<void> {
  await replaceFile(noteFile(worktree), JSON.stringify(await listIgnored(worktree)));
}

/** Undefined when there are none. */
export async function ignoredFiles(worktree: Worktree): Promise<IgnoredFiles | undefined> {
  const ignored = await listIgnored(worktree);
  if (ignored.length === 0) return undefined;
  const text = await readFile(noteFile(worktree), 'utf8').catch(() => '[]');
  const ofSetUp = new Set(JSON.parse(text) as string[]);
  const names = ignored.filter((path) => !ofSetUp.has(path)).flatMap((path) => named(worktree.path, path));
  return names.length === 0 ? undefined : { names: names.slice(0, MOST_NAMES), total: names.length };
}

async function listIgnored(worktree: Worktree): Promise<readonly string[]> {
  await takeSnapshot(worktree);
  return (await readNote(worktree.snapshots))?.ignored ?? [];
}

/** A path as git lists it: a folder, with a slash at its end, by its files. */
function named(root: string, path: string): string[] {
  if (!path.endsWith('/')) return [path];
  const files: string[] = [];
  for (const pending = [path]; pending.length > 0; ) {
    const folder = pending.pop() as string;
    for (const entry of readFolder(join(root, folder))) {
      if (entry.isDirectory()) pending.push(`${folder}${entry.name}/`);
      else files.push(`${folder}${entry.name}`);
      if (files.length + pending.length > MOST_OF_FOLDER) return [`${path} (a folder of many files)`];
    }
  }
  return files;
}

function readFolder(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}

const noteFile = ({ place }: Worktree): string => join(place.gitDir, 'factory-set-up.json');
