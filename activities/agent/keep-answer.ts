/** The write of what was paid for: while PostgreSQL is away it waits here, since its retry would pay again. */
import { setTimeout as delay } from 'node:timers/promises';
import { isPassing } from '../../db/outages.ts';

const AGAIN_MS = 500;

/** Writes, again and again while PostgreSQL is away; gives up when `signal` is aborted or the error would not pass. */
export async function keepTrying<T>(write: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
    // A process that ends does not wait for it.
    await delay(AGAIN_MS, undefined, { signal, ref: false }).catch(() => {});
    signal.throwIfAborted();
  }
}
