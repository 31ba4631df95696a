/** Waiting for a durable command: for its exit, the end of its window, a cancellation, or too much output. */
import { watch } from 'node:fs';
import { isAlive } from '../is-alive.ts';
import { outputBytes, readExit } from './journal.ts';
import type { Window } from './tmux.ts';

export interface WaitOptions {
  readonly journalDir: string;
  /** Called about once a second with the length of the output in bytes. */
  readonly heartbeat?: ((outputBytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A command that writes more than this is ended before it fills the disk. */
export const OUTPUT_LIMIT_BYTES = 256 * 1024 * 1024;
const LOOK_MS = 1_000;

export type CommandEvent = 'exit' | 'window-gone' | 'aborted' | 'too-much-output';

/** Waits by watching the journal's folder; the look once a second is the net, and is what finds a closed window. */
export async function waitForEvent(
  { journalDir, heartbeat, signal }: WaitOptions,
  window: Window,
): Promise<CommandEvent> {
  const { promise, resolve, reject } = Promise.withResolvers<CommandEvent>();
  const look = async () => {
    // The window first: its exit code was written before it closed.
    const alive = isAlive(window.pid);
    if ((await readExit(journalDir)) !== undefined) return resolve('exit');
    if (!alive) return resolve('window-gone');
    const bytes = await outputBytes(journalDir);
    heartbeat?.(bytes);
    if (bytes > OUTPUT_LIMIT_BYTES) resolve('too-much-output');
  };
  const onAbort = () => resolve('aborted');
  const watcher = watchFolder(journalDir, (name) => name === 'exit' && resolve('exit'));
  const timer = setInterval(() => look().catch(reject), LOOK_MS);
  signal?.addEventListener('abort', onAbort);
  try {
    if (signal?.aborted) return 'aborted';
    // What happened before the watch began.
    await look();
    return await promise;
  } finally {
    watcher?.close();
    clearInterval(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/** Without watches left (inotify has a limit) the look once a second does. */
function watchFolder(folder: string, onChange: (name: string | null) => void) {
  try {
    const watcher = watch(folder, (_, name) => onChange(name));
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
