/** How often signals lead to a look: at once a few times, then once a minute. Pure. */
import { LOOK_PAUSE_MS, LOOKS_AT_ONCE } from './options.ts';

/** Plain data that outlives a run. */
export interface LookBudget {
  left: number;
  /** When one was last added, in milliseconds. */
  addedAt: number;
}

/** One that has none yet has looked at nothing. */
export const newBudget = (nowMs: number): LookBudget => ({ left: LOOKS_AT_ONCE, addedAt: nowMs });

/** Takes a look; how many milliseconds it has to wait, while nothing is taken. */
export function takeLook(budget: LookBudget, nowMs: number): number {
  const added = Math.floor((nowMs - budget.addedAt) / LOOK_PAUSE_MS);
  if (added > 0) {
    budget.left = Math.min(LOOKS_AT_ONCE, budget.left + added);
    budget.addedAt += added * LOOK_PAUSE_MS;
  }
  if (budget.left === 0) return budget.addedAt + LOOK_PAUSE_MS - nowMs;
  // A full budget begins to be refilled now.
  if (budget.left === LOOKS_AT_ONCE) budget.addedAt = nowMs;
  budget.left -= 1;
  return 0;
}

/** A look brought something new, so that more of it may follow. */
export function refill(budget: LookBudget): void {
  budget.left = LOOKS_AT_ONCE;
}
