/** Looks at a workflow's pull request: when somebody says that it changed, before a merge, and when a run begins. */
import { condition, isCancellation, log } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import {
  PullRequestChanged,
  type PullRequestView,
  pullRequestChangedSignal,
  type SeenPullRequest,
} from '../contract/pull-request.ts';
import type { Handlers } from '../handlers.ts';
import { refill, takeLook } from '../look-rate.ts';
import { lookAgainMs } from '../options.ts';
import { type News, newsOf } from './news.ts';
import { looksOf, noteLook, type PullRequestMemory } from './state.ts';

export interface Watched {
  /** Asked each time, since they come to be while the workflow runs. */
  readonly known: () => PullRequestView | undefined;
  readonly repository: () => string | undefined;
  readonly memory: PullRequestMemory;
}

/**
 * Call before the workflow's first await, with the other handlers. A signal that comes during a look leads to another. Any
 * number of signals leads to one look a minute (look-rate.ts), unless looks bring something new.
 */
export function watchPullRequest(handlers: Handlers, { known, repository, memory }: Watched) {
  let seen: SeenPullRequest | undefined;
  // A word that the run before got, and did not act on, is not lost.
  let stale = known() !== undefined;
  let looks = 0;
  /** The last answer of the forge, as text. */
  let answered: string | undefined;
  /** Of the last look; the next one may succeed. */
  let failure: unknown;
  let isOver = false;
  /** The next look is for a merge, which the last of the forge's quota is kept for. */
  let isUrgent = false;

  handlers.onSignal(pullRequestChangedSignal, PullRequestChanged, ({ number }) => {
    if (known()?.number === number) stale = true;
  });

  const isDue = () => stale && repository() !== undefined && known()?.state === 'open';

  async function watch(): Promise<void> {
    for (;;) {
      await condition(isDue);
      await takeTurn();
      if (!isDue()) continue;
      stale = false;
      const [number, repositoryName] = [known()?.number as number, repository() as string];
      const look = { repository: repositoryName, number, heard: memory.heard, isUrgent };
      isUrgent = false;
      failure = undefined;
      try {
        seen = await factory.readPullRequest(`look at pull request #${number}`, look);
        noteAnswer(JSON.stringify(seen));
      } catch (error) {
        if (isCancellation(error)) throw error;
        failure = error;
        log.warn(`Pull request #${number} could not be looked at`, { error });
      }
      looks += 1;
      const refusals = noteLook(memory, failure !== undefined);
      if (refusals === 0) continue;
      // What it was to see may never be told again.
      await condition(() => stale, lookAgainMs(refusals));
      stale = true;
    }
  }

  async function takeTurn(): Promise<void> {
    const budget = looksOf(memory, Date.now());
    while (!isUrgent) {
      const pauseMs = takeLook(budget, Date.now());
      if (pauseMs === 0) return;
      await condition(() => isUrgent, pauseMs);
    }
  }

  /** While looks bring something new, the next one may follow at once. */
  function noteAnswer(answer: string): void {
    if (answered !== undefined && answered !== answer && memory.looks !== undefined) refill(memory.looks);
    answered = answer;
  }

  // Ends with its workflow, whatever that ends with.
  watch().catch((error: unknown) => {
    failure = error;
    isOver = true;
  });

  return {
    seen: (): SeenPullRequest | undefined => seen,
    /** The last look found the pull request open or merged. */
    isReopened: (): boolean => seen !== undefined && seen.state !== 'closed',
    news: (): News | undefined => newsOf(known(), memory, seen),
    /** Wakes with each look that somebody's word has led to. */
    looks: (): number => looks,
    /** Something else that counts has changed, so that the next look need not wait. */
    changed: (): void => {
      if (memory.looks !== undefined) refill(memory.looks);
    },
    /** What was seen is dealt with, and no longer how it is. */
    forget: (): void => {
      seen = undefined;
    },
    /** Reads it as it is now, before a merge; what is new then is in `news`. */
    async lookAgain(): Promise<void> {
      const before = looks;
      stale = true;
      isUrgent = true;
      await condition(() => (looks > before && !stale) || isOver || !isOpen());
      if (failure !== undefined) throw failure;
    },
  };

  function isOpen(): boolean {
    return known()?.state === 'open';
  }
}

export type Watch = ReturnType<typeof watchPullRequest>;
