/**
 * Whether a small worktree is what an index says, seen by the files' stat alone: what `git status` does, without a
 * process. Anything unusual, and whatever differs, is left to git: false only means that git must be asked.
 */
import { type BigIntStats, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type IndexEntry, readIndex } from '../../clients/git/index-file.ts';

/** Looking at more than that costs about as much as a process of git's. */
const MOST_FILES = 400;

/** True when every file of the index is as it was noted there, and there is nothing else but what is `ignored`. */
export function matchesIndex(root: string, indexFile: string, ignored: readonly string[]): boolean {
  try {
    const entries = readIndex(readFileSync(indexFile), MOST_FILES);
    if (entries === undefined) return false;
    const writtenAt = statSync(indexFile, { bigint: true }).mtimeNs;
    const skipped = new Set(ignored.map((path) => path.replace(/\/$/, '')));
    const found = listFiles(root, skipped);
    if (found?.length !== entries.size) return false;
    return found.every((path) => {
      const entry = entries.get(path);
      return entry !== undefined && isSame(entry, lstatSync(join(root, path), { bigint: true }), writtenAt);
    });
  } catch {
    return false;
  }
}

function isSame({ numbers }: IndexEntry, stat: BigIntStats, writtenAt: bigint): boolean {
  // Changed in the same tick as the index: the stat cannot tell.
  if (stat.mtimeNs >= writtenAt) return false;
  const { ctimeNs, mtimeNs, dev, ino, uid, gid, size } = stat;
  const second = 1_000_000_000n;
  const times = [ctimeNs / second, ctimeNs % second, mtimeNs / second, mtimeNs % second];
  const now = [...times, dev, ino, modeOf(stat), uid, gid, size].map((value) => Number(BigInt.asUintN(32, value)));
  return now.every((value, field) => value === numbers[field]);
}

/** As git keeps it: of a file's rights only whether its owner may run it. */
function modeOf(stat: BigIntStats): bigint {
  if (stat.isSymbolicLink()) return 0o120000n;
  if (!stat.isFile()) return 0n;
  return (stat.mode & 0o100n) === 0n ? 0o100644n : 0o100755n;
}

/** All files below the root; undefined when they are too many, or hold a repository of their own. */
function listFiles(root: string, skipped: ReadonlySet<string>): string[] | undefined {
  const files: string[] = [];
  const folders = [''];
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (path === '.git' || skipped.has(path)) continue;
      if (entry.name === '.git') return undefined;
      (entry.isDirectory() ? folders : files).push(path);
      if (files.length + folders.length > MOST_FILES) return undefined;
    }
  }
  return files;
}
