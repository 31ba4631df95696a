/** Waiting for something to become true, the only kind of waiting that tests do. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
  /** What is awaited, for the error's text. */
  readonly what?: string;
}

/**
 * Asks `condition` until it answers something other than undefined, null or false, and returns that.
 * When time is up it fails with what was awaited and the last error or answer. Errors on the way mean "not yet".
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 10_000, intervalMs = 50, what = condition.toString() }: WaitOptions = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let last: unknown;
    try {
      const answer = await condition();
      if (answer !== undefined && answer !== null && answer !== false) return answer as NonNullable<Exclude<T, false>>;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (performance.now() >= deadline) {
      throw new Error(`Waited ${timeoutMs} ms in vain for: ${what}`, { cause: last });
    }
    await sleep(intervalMs);
  }
}

/** Does it again while it fails, so many `times` at most in all, and then fails as it did last. */
export async function persistently<T>(
  act: () => Promise<T>,
  { times, pauseMs }: { readonly times: number; readonly pauseMs: number },
): Promise<T> {
  for (let left = times - 1; ; left -= 1) {
    try {
      return await act();
    } catch (error) {
      if (left <= 0) throw error;
      await sleep(pauseMs);
    }
  }
}
