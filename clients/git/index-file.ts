/** Git's index read without a process where it is small, as gitformat-index(5) describes it. */
import { open, readFile } from 'node:fs/promises';
import { type GitRepo, git } from './git.ts';

export interface IndexEntry {
  /** Ten numbers of 32 bits: ctime and mtime (s, ns), dev, ino, mode, uid, gid, size. */
  readonly numbers: readonly number[];
  /** The object that the index names. */
  readonly sha: string;
}

const HEADER_BYTES = 12;
const COUNT_AT = 8;
const SHA_AT = 40;
const FIXED_BYTES = 62;
const MODE_FIELD = 6;

/** The entries by path; undefined for more than `mostFiles`, and for a form or state of the index that git should judge. */
export function readIndex(content: Buffer, mostFiles: number): Map<string, IndexEntry> | undefined {
  const count = content.readUInt32BE(COUNT_AT);
  if (content.toString('latin1', 0, 4) !== 'DIRC' || content.readUInt32BE(4) !== 2 || count > mostFiles) return;
  const entries = new Map<string, IndexEntry>();
  let at = HEADER_BYTES;
  for (let i = 0; i < count; i++) {
    const flags = content.readUInt16BE(at + 60);
    const end = content.indexOf(0, at + FIXED_BYTES);
    // Assumed unchanged, or one side of a conflict.
    if ((flags & 0xf000) !== 0 || end === -1) return;
    const numbers = Array.from({ length: 10 }, (_, field) => content.readUInt32BE(at + field * 4));
    const sha = content.toString('hex', at + SHA_AT, at + SHA_AT + 20);
    entries.set(content.toString('utf8', at + FIXED_BYTES, end), { numbers, sha });
    at += (end - at + 8) & ~7;
  }
  return entries;
}

/** How many entries the index has, without reading them. */
export async function countEntries({ indexFile }: GitRepo): Promise<number> {
  const file = await open(indexFile as string);
  try {
    const { buffer } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    return buffer.readUInt32BE(COUNT_AT);
  } finally {
    await file.close();
  }
}

/** Up to here reading the file costs less than a process. */
export const MOST_READ = 3_000;

/** Mode and object of each path of the index. */
export async function listIndex(repo: GitRepo): Promise<Map<string, string>> {
  const content = await readFile(repo.indexFile as string);
  const entries = readIndex(content, MOST_READ);
  if (entries !== undefined) {
    const facts = ({ numbers, sha }: IndexEntry) => `${(numbers[MODE_FIELD] as number).toString(8)} ${sha}`;
    return new Map([...entries].map(([path, entry]) => [path, facts(entry)]));
  }
  const listed = new Map<string, string>();
  for (const line of (await git(repo, ['ls-files', '--stage', '-z'])).split('\0')) {
    const tab = line.indexOf('\t');
    // Without the stage, which is 0 in an index that was read from a tree.
    if (tab > 0) listed.set(line.slice(tab + 1), line.slice(0, tab - 2));
  }
  return listed;
}
