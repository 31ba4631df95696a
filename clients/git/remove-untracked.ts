/**
 * Removing from a worktree all that git does not track: ignored or not, repositories within it and empty folders too,
 * which `git clean` leaves in places.
 */
import { type Dirent, readdirSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { exec } from '../../exec.ts';
import type { GitRepo } from './git.ts';

/** So many folders are read before the process may do something else. */
const FOLDERS_AT_ONCE = 200;
const PATHS_AT_ONCE = 500;

/**
 * `tracked` are the paths of the index; what is at or below one of `spared` stays. False when something stays besides:
 * names that are not UTF-8, and what may not be deleted.
 */
export async function sweep(repo: GitRepo, tracked: Tracked, spared: readonly string[]): Promise<boolean> {
  const strangers = await findStrangers(repo.workTree as string, tracked, spared).catch(() => undefined);
  if (strangers === undefined || strangers.some((path) => path.includes('\uFFFD'))) return false;
  return await removeAll(repo, strangers);
}

/** What has paths: a set of them, or a map. */
type Tracked = Pick<ReadonlyMap<string, unknown>, 'has' | 'keys'>;

/** What is in the folder and neither tracked nor spared: files, and folders that hold nothing else. */
export async function findStrangers(root: string, tracked: Tracked, spared: readonly string[]): Promise<string[]> {
  const folders = foldersOf(tracked.keys());
  const kept = new Set(spared);
  const onTheWay = foldersOf(spared);
  const strangers: string[] = [];
  let read = 0;
  for (const pending = ['']; pending.length > 0; ) {
    const folder = pending.pop() as string;
    if (++read % FOLDERS_AT_ONCE === 0) await nextTurn();
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (path === '.git' || kept.has(path) || isTracked(entry, path)) continue;
      if (entry.isDirectory() && (folders.has(path) || onTheWay.has(path))) pending.push(path);
      else strangers.push(path);
    }
  }
  return strangers;

  function isTracked(entry: Dirent, path: string): boolean {
    return !entry.isDirectory() && tracked.has(path);
  }
}

/** All folders that lead to one of the paths. */
function foldersOf(paths: Iterable<string>): Set<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return folders;
}

export const removeAll = ({ workTree = '', signal }: GitRepo, paths: readonly string[]): Promise<boolean> =>
  removePaths(
    paths.map((path) => join(workTree, path)),
    signal,
  );

/**
 * Deletes absolute paths, with a program: many deletions in this process would hold up its other work with files. False
 * when something stays. Rights are changed where deletion takes that: of real folders at and below these paths and of
 * those that hold them, never of what a link among them leads to.
 */
export async function removePaths(paths: readonly string[], signal?: AbortSignal): Promise<boolean> {
  const there = paths.length === 1 && (await isNowhere(paths[0] as string)) ? [] : paths;
  for (let at = 0; at < there.length; at += PATHS_AT_ONCE) {
    const some = there.slice(at, at + PATHS_AT_ONCE);
    const run = async (file: string, ...args: string[]) =>
      (await exec({ file, args, idleMs: 60_000, signal })).exitCode === 0;
    if (await run('rm', '-rf', '--', ...some)) continue;
    // Go writes its module cache into folders that nobody may write to. For what is gone by now this fails.
    await run('find', ...new Set(some.map((path) => dirname(path))), '-maxdepth', '0', ...FOLDERS, ...OPENED);
    await run('find', ...some, ...FOLDERS, ...OPENED);
    if (!(await run('rm', '-rf', '--', ...some))) return false;
  }
  return true;
}

/** `find` follows no link, not even one that it is given. */
const FOLDERS = ['-type', 'd'];
/** One that cannot be read before `find` goes into it, the others many at once. */
const OPENED = [
  ...['(', '!', '-perm', '-u=rx', '-exec', 'chmod', 'u+rwx', '{}', ';'],
  ...['-o', '!', '-perm', '-u=w', '-exec', 'chmod', 'u+w', '{}', '+', ')'],
];

const isNowhere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
