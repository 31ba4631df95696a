/**
 * A lock across processes, as a file that names its holder. The file appears whole (by link), its holder touches it
 * while it lives, and whoever finds it left behind by a dead one may break it: only one can, because the right to break
 * a lock is itself taken by a name that no other lock ever has.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, rmdir, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from '../is-alive.ts';

const LOOK_AGAIN_MS = 15;
const TOUCH_MS = 1_000;
/** A holder that did not touch its lock for so long is dead, wherever it ran. */
const SILENT_MS = 15_000;

interface Holder {
  readonly id: string;
  readonly pid: number;
  readonly hostname: string;
}

// Within one process callers queue here, so that they meet the file one at a time.
const queues = new Map<string, Promise<unknown>>();

/** Runs `work` while nobody else, here or in another process, holds the lock `path`. */
export function withLock<T>(path: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const before = queues.get(path) ?? Promise.resolve();
  const turn = unlessAborted(before, signal).then(async () => holding(path, await acquire(path, signal), work));
  return queued(path, turn, before);
}

/** Ends the wait for those before it as soon as the caller gives up. */
function unlessAborted(before: Promise<unknown>, signal: AbortSignal | undefined): Promise<unknown> {
  if (signal === undefined) return before;
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    void before.then(() => {
      signal.removeEventListener('abort', giveUp);
      resolve(undefined);
    });
  });
}

/** The same when nobody holds the lock now; undefined without having run anything when somebody does. */
export async function withFreeLock<T>(
  path: string,
  work: () => Promise<T>,
): Promise<{ readonly result: T } | undefined> {
  if (queues.has(path)) return undefined;
  const turn = take(path).then(async (id) =>
    id === undefined ? undefined : { result: await holding(path, id, work) },
  );
  return await queued(path, turn);
}

async function queued<T>(path: string, turn: Promise<T>, before?: Promise<unknown>): Promise<T> {
  const settled = Promise.allSettled([before, turn]);
  queues.set(path, settled);
  try {
    return await turn;
  } finally {
    if (queues.get(path) === settled) queues.delete(path);
  }
}

async function holding<T>(path: string, id: string, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), TOUCH_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    // Somebody else's, when this process stood still for so long that its lock was broken.
    if ((await readHolder(path))?.id === id) await rm(path, { force: true });
  }
}

/** Returns the id of the lock that was taken. */
function acquire(path: string, signal: AbortSignal | undefined): Promise<string> {
  return withTicket(path, async (ticket, id) => {
    for (;;) {
      signal?.throwIfAborted();
      if (await linked(ticket, path)) return id;
      await breakIfAbandoned(path);
      await delay(LOOK_AGAIN_MS);
    }
  });
}

/** Takes a lock that is free or was left behind; undefined when somebody holds it. */
function take(path: string): Promise<string | undefined> {
  return withTicket(path, async (ticket, id) => {
    if (await linked(ticket, path)) return id;
    await breakIfAbandoned(path);
    return (await linked(ticket, path)) ? id : undefined;
  });
}

/** With the file that becomes the lock. */
async function withTicket<T>(path: string, work: (ticket: string, id: string) => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const holder: Holder = { id: randomUUID(), pid: process.pid, hostname: hostname() };
  const ticket = `${path}.${holder.id}`;
  await writeFile(ticket, JSON.stringify(holder));
  try {
    return await work(ticket, holder.id);
  } finally {
    await rm(ticket, { force: true });
  }
}

async function linked(ticket: string, path: string): Promise<boolean> {
  return link(ticket, path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
}

async function breakIfAbandoned(path: string): Promise<void> {
  const holder = await readHolder(path);
  if (holder === undefined || !(await isAbandoned(path, holder))) return;
  const right = `${path}.break-${holder.id}`;
  try {
    await mkdir(right);
  } catch {
    // Somebody else breaks it, unless they died at it: then the right is free again.
    const madeAt = (await stat(right).catch(() => undefined))?.mtimeMs ?? Date.now();
    if (Date.now() - madeAt > SILENT_MS) await rmdir(right).catch(() => {});
    return;
  }
  // The lock that was read is still this one: only the owner of this right may remove it.
  if ((await readHolder(path))?.id === holder.id) await unlink(path).catch(() => {});
  await rmdir(right).catch(() => {});
}

/** Of a lock that a power cut left empty or torn nobody knows the holder, who does not touch it any more. */
async function readHolder(path: string): Promise<Holder | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Holder;
  } catch {
    const file = await stat(path).catch(() => undefined);
    return file && { id: `unreadable-${file.ino}`, pid: 0, hostname: '' };
  }
}

async function isAbandoned(path: string, holder: Holder): Promise<boolean> {
  if (holder.hostname === hostname() && !isAlive(holder.pid)) return true;
  const touched = (await stat(path).catch(() => undefined))?.mtimeMs;
  return touched !== undefined && Date.now() - touched > SILENT_MS;
}
