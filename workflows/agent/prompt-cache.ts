/** For how long the provider is asked to keep an agent's prompt. Pure. */

/** A prompt is kept for five minutes after its last use; a minute of that is for the call itself. */
const LONG_MS = 4 * 60_000;
const REMEMBERED = 3;

/** The times between the agent's last answers and the turns that followed, after another one. */
export const withPause = (pausesMs: readonly number[], pauseMs: number): number[] =>
  [...pausesMs, pauseMs].slice(-REMEMBERED);

/**
 * An hour costs more to write than five minutes, and pays where the next turn comes after those. Nobody knows that before
 * the model has said what to run, but what took long lately (a test suite, a wait for an answer) likely comes again.
 */
export const cacheTtlFor = (pausesMs: readonly number[]): '1h' | undefined =>
  pausesMs.some((pauseMs) => pauseMs > LONG_MS) ? '1h' : undefined;
