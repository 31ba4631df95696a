/** How often signals lead to a look: at once a few times, then once a minute. Pure. */
import { LOOK_PAUSE_MS, LOOKS_AT_ONCE } from './options.ts';
import { change, type Seen } from './read-only-state.ts';

interface RateFields {
  left: number;
  /** When one was last added, in milliseconds. */
  addedAt: number;
}
/** Plain data that outlives a run. */
export type LookRate = Seen<RateFields>;

/** One that has none yet has looked at nothing. */
export const newLookRate = (nowMs: number): LookRate => ({ left: LOOKS_AT_ONCE, addedAt: nowMs });

/** Takes a look; how many milliseconds it has to wait, while nothing is taken. */
export function takeLook(rate: LookRate, nowMs: number): number {
  const added = Math.max(0, Math.floor((nowMs - rate.addedAt) / LOOK_PAUSE_MS));
  const left = Math.min(LOOKS_AT_ONCE, rate.left + added);
  const addedAt = rate.addedAt + added * LOOK_PAUSE_MS;
  // A full rate begins to be refilled now.
  const isFull = left === LOOKS_AT_ONCE;
  change<RateFields>(rate, { left: Math.max(0, left - 1), addedAt: isFull ? nowMs : addedAt });
  return left === 0 ? addedAt + LOOK_PAUSE_MS - nowMs : 0;
}

/** A look brought something new, so that more of it may follow. */
export const refill = (rate: LookRate): void => change<RateFields>(rate, { left: LOOKS_AT_ONCE });
