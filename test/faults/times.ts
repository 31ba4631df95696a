/** Waiting with an end, for what may never be answered. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';

export const pause = (ms: number): Promise<void> => sleep(ms);

/** Fails when it takes longer; what is awaited may go on. */
export async function inTime<T>(promise: Promise<T>, ms: number, what = 'it was not answered'): Promise<T> {
  promise.catch(() => undefined);
  const over = new AbortController();
  const late = sleep(ms, undefined, { signal: over.signal }).then(() => {
    throw new Error(`${what} within ${ms} ms`);
  });
  late.catch(() => undefined);
  return Promise.race([promise, late]).finally(() => over.abort());
}

/** The same for calls to Temporal, which end then too: one that went on would outlive its connection. */
export const callInTime = <T>(client: Client, ms: number, call: () => Promise<T>): Promise<T> =>
  inTime(client.withDeadline(Date.now() + ms, call), ms + 1_000);
