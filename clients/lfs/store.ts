/** Folders of LFS objects, as git-lfs lays them out: each object in a file that is named for its SHA-256. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { link, mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { removeDeadDrafts } from '../dead-drafts.ts';
import { finalFailure } from '../failures.ts';
import { folderFailure } from '../git/repository.ts';
import type { Pointer } from './pointer.ts';

const pathOf = (store: string, oid: string): string => join(store, 'objects', oid.slice(0, 2), oid.slice(2, 4), oid);

/** Whether the object is there in full. A pointer with a wrong size names nothing: git-lfs would delete the object. */
export async function hasObject(store: string, { oid, size }: Pointer): Promise<boolean> {
  if (size === 0) return true;
  const facts = await stat(pathOf(store, oid)).catch(() => undefined);
  return facts?.isFile() === true && facts.size === size;
}

export interface ObjectMove {
  readonly from: string;
  readonly to: string;
  readonly pointer: Pointer;
  readonly signal?: AbortSignal | undefined;
}

/** Puts an object into another store of this machine without copying it, where both are on one file system. */
export async function linkObject({ from, to, pointer, signal }: ObjectMove): Promise<void> {
  const [source, target] = [pathOf(from, pointer.oid), pathOf(to, pointer.oid)];
  const linked = `${target}.${randomUUID()}`;
  try {
    await mkdir(dirname(target), { recursive: true });
    await link(source, linked);
    await rename(linked, target);
  } catch (error) {
    if (!isOtherDisk(error)) throw folderFailure(error, target, WRITABLE);
    await copyObject({ from, to, pointer, signal });
  } finally {
    // Two names of one file are not renamed but left as they are.
    await rm(linked, { force: true });
  }
}

const WRITABLE = 'make that folder writable for the user of the worker process';

const isOtherDisk = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP'].includes(String(error.code));

/** Copies an object. Idempotent: it appears whole, or not at all. Fails LfsObjectMissing (final) when it is damaged. */
export async function copyObject({ from, to, pointer, signal }: ObjectMove): Promise<void> {
  const target = pathOf(to, pointer.oid);
  const written = `${target}.${randomUUID()}`;
  const hash = createHash('sha256');
  async function* noted(chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  }
  try {
    await mkdir(dirname(target), { recursive: true });
    // A copy that was killed leaves its part, which may be large.
    await removeDeadDrafts(dirname(target), (name) => name.startsWith(`${basename(target)}.`));
    const read = createReadStream(pathOf(from, pointer.oid));
    await pipeline(read, noted, createWriteStream(written, { mode: 0o444 }), { signal });
    refuseDamaged(from, pointer, hash.digest('hex'));
    await rename(written, target);
  } catch (error) {
    signal?.throwIfAborted();
    throw folderFailure(error, target, WRITABLE);
  } finally {
    await rm(written, { force: true });
  }
}

/** Reads an object to its end. Fails LfsObjectMissing (final) when its content is not what its name says. */
export async function verifyObject({ from, pointer, signal }: ObjectMove): Promise<void> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(pathOf(from, pointer.oid))) {
    signal?.throwIfAborted();
    hash.update(chunk as Buffer);
  }
  refuseDamaged(from, pointer, hash.digest('hex'));
}

function refuseDamaged(store: string, { oid }: Pointer, found: string): void {
  if (found === oid) return;
  const path = pathOf(store, oid);
  throw finalFailure(
    'LfsObjectMissing',
    `${path} does not have the content that it is named for; replace it by a good one`,
  );
}
