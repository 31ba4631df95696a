/** Where a run may end so that the next one goes on: a history stays short, whatever is sent while somebody waits. */
import { CancellationScope, CancelledFailure, condition } from '@temporalio/workflow';
import { historyLength } from './history.ts';
import { DRAIN_BYTES, DRAIN_EVENTS, EVENTS_OF_WAITING, HISTORY_BYTES, HISTORY_EVENTS } from './options.ts';
import { runUntil } from './run-until.ts';

/** A run that waits should end. */
export const isLong = (): boolean => isBeyond(HISTORY_EVENTS, HISTORY_BYTES);

/** Open children should be handed over, so that the run can end. */
export const mustDrain = (): boolean => isBeyond(DRAIN_EVENTS, DRAIN_BYTES);

function isBeyond(events: number, bytes: number): boolean {
  const length = historyLength();
  return length.isSuggested || length.events > events || length.bytes > bytes;
}

/**
 * A workflow has one flow of work, and perhaps more (`beginWork`, `endWork`). The run may end while all of them rest:
 * everything that a resting flow needs is in the data that the next run is given.
 */
export function createRunEnd() {
  let working = 1;
  let isParkWanted = false;
  let isPassing = false;
  let isEnding = false;
  let restedSince = 0;

  const hasGrown = () => historyLength().events - restedSince >= EVENTS_OF_WAITING;
  const isDue = () => working === 0 && (isParkWanted || isPassing || (isLong() && hasGrown()));

  async function during<T>(wait: () => Promise<T>): Promise<T> {
    working -= 1;
    restedSince = historyLength().events;
    try {
      const result = await wait();
      // The run ends: the next one waits for the same, and finds it there.
      if (isEnding) await condition(() => false);
      return result;
    } finally {
      working += 1;
    }
  }

  return {
    /** Waits; the run may end meanwhile, which never returns. `wait` must be harmless to begin again. */
    during,
    until: (isOver: () => boolean): Promise<void> => during(() => condition(isOver)),
    /** False when the time is up. `summary` is what the Web UI says of the timer. */
    within: (isOver: () => boolean, timeoutMs: number, summary: string): Promise<boolean> =>
      during(() => condition(isOver, timeoutMs, { summary })),
    /** Undefined when it was ended because it is overtaken by then; not while the run is ending. */
    async unless<T>(isOvertaken: () => boolean, work: () => Promise<T>): Promise<T | undefined> {
      return (await runUntil(() => !isEnding && isOvertaken(), work))?.result;
    },
    /** Between two steps of the work: never returns when the run is to end. */
    async pass(): Promise<void> {
      if (!isParkWanted && !isLong()) return;
      isPassing = true;
      try {
        await during(() => condition(() => false));
      } finally {
        isPassing = false;
      }
    },
    /** The parent wants to end its own run: this one ends as soon as it may. */
    park(): void {
      isParkWanted = true;
    },
    isParkWanted: (): boolean => isParkWanted,
    /** It is decided; nothing may interrupt what rests. */
    isEnding: (): boolean => isEnding,
    beginWork(): void {
      working += 1;
    },
    endWork(): void {
      working -= 1;
    },
    /** Resolves when the run is to end; what rests does not go on any more. A cancellation is the work's to answer. */
    async due(): Promise<void> {
      do await CancellationScope.nonCancellable(() => condition(isDue));
      while (!isDue());
      isEnding = true;
    },
  };
}

export type RunEnd = ReturnType<typeof createRunEnd>;

/** A cancellation that came while the run was ending would be lost with it. */
export function throwIfCancelled(): void {
  if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('Cancelled while its run ended');
}
