/** Files of a worktree that git ignores and that set-up did not make: no commit has them, whatever its checks say there. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../../clients/git/repository.ts';
import { readNote } from '../../clients/git/snapshot-index.ts';
import { readNoteIfThere } from '../../clients/read-if-there.ts';
import type { IgnoredFiles } from '../../workflows/contract/change.ts';
import { takeSnapshot } from './snapshot.ts';
import type { Worktree } from './worktree-state.ts';

const MOST_NAMES = 20;
/** A folder of more is named instead of its files. */
const MOST_OF_FOLDER = 10;
/** A folder of more is set-up's or the Worker's as a whole. */
const MOST_COMPARED = 500;

/** Remembers what is ignored right after set-up. */
export async function noteSetUp(worktree: Worktree): Promise<void> {
  const made = (await listIgnored(worktree)).flatMap((path) => filesOf(worktree.path, path, MOST_COMPARED) ?? [path]);
  await replaceFile(noteFile(worktree), JSON.stringify(made));
}

/** Undefined when there are none. */
export async function ignoredFiles(worktree: Worktree): Promise<IgnoredFiles | undefined> {
  const ignored = await listIgnored(worktree);
  if (ignored.length === 0) return undefined;
  const ofSetUp = new Set((await readNoteIfThere<string[]>(noteFile(worktree))) ?? []);
  const names = ignored.flatMap((path) => {
    if (ofSetUp.has(path)) return [];
    const files = filesOf(worktree.path, path, MOST_COMPARED)?.filter((file) => !ofSetUp.has(file));
    return files === undefined || files.length > MOST_OF_FOLDER ? [`${path} (a folder of many files)`] : files;
  });
  return names.length === 0 ? undefined : { names: names.slice(0, MOST_NAMES), total: names.length };
}

/** Those of these paths of git's that hold anything besides what set-up made, and makes again elsewhere. */
export async function notOfSetUp(worktree: Worktree, ignored: readonly string[]): Promise<readonly string[]> {
  const ofSetUp = new Set((await readNoteIfThere<string[]>(noteFile(worktree))) ?? []);
  const isOfSetUp = (path: string) =>
    ofSetUp.has(path) || filesOf(worktree.path, path, MOST_COMPARED)?.every((file) => ofSetUp.has(file)) === true;
  return ofSetUp.size === 0 ? ignored : ignored.filter((path) => !isOfSetUp(path));
}

async function listIgnored(worktree: Worktree): Promise<readonly string[]> {
  await takeSnapshot(worktree);
  return (await readNote(worktree.snapshots))?.ignored ?? [];
}

/** The files of a path as git lists it, where a folder has a slash at its end; undefined for too many. */
function filesOf(root: string, path: string, most: number): string[] | undefined {
  if (!path.endsWith('/')) return [path];
  const files: string[] = [];
  for (const pending = [path]; pending.length > 0; ) {
    const folder = pending.pop() as string;
    for (const entry of readFolder(join(root, folder))) {
      if (entry.isDirectory()) pending.push(`${folder}${entry.name}/`);
      else files.push(`${folder}${entry.name}`);
      if (files.length + pending.length > most) return undefined;
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

const noteFile = ({ repo }: Worktree): string => join(repo.gitDir, 'factory-set-up.json');
