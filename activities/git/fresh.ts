/**
 * Whether a small worktree is what an index says, seen by the files' stat alone: what `git status` does, without a
 * process. Anything unusual, and whatever differs, is left to git: false only means that git must be asked.
 */
import { type BigIntStats, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Looking at more than that costs about as much as a process of git's. */
const MOST_FILES = 400;

/** True when every file of the index is as it was noted there, and there is nothing else but what is `ignored`. */
export function isFresh(root: string, indexFile: string, ignored: readonly string[]): boolean {
  try {
    const entries = readIndex(readFileSync(indexFile));
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

/** Ten numbers of 32 bits, as gitformat-index(5) lists them: ctime and mtime (s, ns), dev, ino, mode, uid, gid, size. */
type Entry = readonly number[];

const HEADER_BYTES = 12;
const FIXED_BYTES = 62;

/** The entries by path; undefined for a form or state of the index that only git should judge. */
function readIndex(content: Buffer): Map<string, Entry> | undefined {
  const count = content.readUInt32BE(8);
  if (content.toString('latin1', 0, 4) !== 'DIRC' || content.readUInt32BE(4) !== 2 || count > MOST_FILES) return;
  const entries = new Map<string, Entry>();
  let at = HEADER_BYTES;
  for (let i = 0; i < count; i++) {
    const flags = content.readUInt16BE(at + 60);
    const end = content.indexOf(0, at + FIXED_BYTES);
    // Assumed unchanged, or one side of a conflict.
    if ((flags & 0xf000) !== 0 || end === -1) return;
    const numbers = Array.from({ length: 10 }, (_, field) => content.readUInt32BE(at + field * 4));
    entries.set(content.toString('utf8', at + FIXED_BYTES, end), numbers);
    at += (end - at + 8) & ~7;
  }
  return entries;
}

function isSame(entry: Entry, stat: BigIntStats, writtenAt: bigint): boolean {
  // Changed in the same tick as the index: the stat cannot tell.
  if (stat.mtimeNs >= writtenAt) return false;
  const { ctimeNs, mtimeNs, dev, ino, uid, gid, size } = stat;
  const second = 1_000_000_000n;
  const times = [ctimeNs / second, ctimeNs % second, mtimeNs / second, mtimeNs % second];
  const now = [...times, dev, ino, modeOf(stat), uid, gid, size].map((value) => Number(BigInt.asUintN(32, value)));
  return now.every((value, field) => value === entry[field]);
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
