/** Since when something waits: the same reason in the next run goes on from when it began. */
import type { Hold } from './contract/states.ts';

/** `former` is the hold that the run began with; it is compared once. */
export function createHolds(former: Hold | undefined) {
  let known = former;
  const isSame = (hold: Hold | undefined, why: Pick<Hold, 'kind' | 'reason'>) =>
    hold?.kind === why.kind && hold.reason === why.reason;

  return (why: Pick<Hold, 'kind' | 'reason'>, now: Hold | undefined): Hold => {
    const same = [now, known].find((hold) => isSame(hold, why));
    if (same === known) known = undefined;
    return { ...why, since: same?.since ?? new Date().toISOString() };
  };
}
