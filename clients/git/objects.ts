/**
 * Git's loose objects, read and written without a process (gitrepository-layout(5), gitformat-loose(5)). What is not
 * loose, too large or damaged is left to git: callers ask it then.
 */
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import type { GitRepo } from './git.ts';

export type ObjectType = 'commit' | 'tree' | 'blob';

/** No commit, and no folder or policy that we read, comes near; what does is git's to read. */
const LARGEST_BYTES = 1024 * 1024;

/** The object's content when it is loose and whole: its name is the hash of what was read. */
export async function readLoose(repo: GitRepo, sha: string, type: ObjectType): Promise<Buffer | undefined> {
  const packed = await readFile(pathOf(repo, sha)).catch(() => undefined);
  if (packed === undefined) return undefined;
  const whole = inflated(packed);
  const end = whole?.indexOf(0) ?? -1;
  if (whole === undefined || hashOf(whole) !== sha) return undefined;
  return whole.toString('latin1', 0, end).startsWith(`${type} `) ? whole.subarray(end + 1) : undefined;
}

/** Writes an object, or finds it there, and answers its name. It appears whole or not at all. */
export async function writeLoose(repo: GitRepo, type: ObjectType, content: Buffer): Promise<string> {
  const whole = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
  const sha = hashOf(whole);
  const path = pathOf(repo, sha);
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (isThere) return sha;
  const written = join(dirname(path), `tmp_obj_${randomUUID()}`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(written, deflateSync(whole), { mode: 0o444 });
  await rename(written, path);
  return sha;
}

const pathOf = (repo: GitRepo, sha: string): string => join(repo.gitDir, 'objects', sha.slice(0, 2), sha.slice(2));

const hashOf = (whole: Buffer): string => createHash('sha1').update(whole).digest('hex');

function inflated(packed: Buffer): Buffer | undefined {
  try {
    return inflateSync(packed, { maxOutputLength: LARGEST_BYTES });
  } catch {
    return undefined;
  }
}
