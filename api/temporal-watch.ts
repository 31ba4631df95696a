/** Whether Temporal answers, for those who follow the events: a page that rests asks for nothing, and would not learn it. */
import type { Client } from '@temporalio/client';

export interface TemporalNews {
  readonly answers: boolean;
  /** While it does not: when it was missed first, as ISO 8601. */
  readonly since?: string;
}

type Tell = (news: TemporalNews) => void;

export interface TemporalWatchOptions {
  readonly temporal: Client;
  readonly everyMs?: number;
}

const LOOK_EVERY_MS = 5_000;
const ANSWER_WITHIN_MS = 2_000;
/** A machine that is busy for a moment is not news. */
const MISSED_BEFORE_AWAY = 2;

/** Asks Temporal for nothing while nobody follows, but remembers that it was away: a page that comes back soon is told so. */
export function createTemporalWatch({ temporal, everyMs = LOOK_EVERY_MS }: TemporalWatchOptions) {
  /** With what each believes. */
  const followers = new Map<Tell, boolean>();
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;
  let missed = 0;
  let since: string | undefined;
  const isAway = () => missed >= MISSED_BEFORE_AWAY;

  async function look(): Promise<void> {
    isLooking = true;
    const ask = () => temporal.workflowService.getSystemInfo({});
    const answers = await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, ask).then(
      () => true,
      () => false,
    );
    isLooking = false;
    missed = answers ? 0 : missed + 1;
    since = answers ? undefined : (since ?? new Date().toISOString());
    for (const tell of followers.keys()) inform(tell);
    timer = followers.size > 0 ? setTimeout(look, everyMs) : undefined;
  }

  function inform(tell: Tell): void {
    const answers = !isAway();
    if (followers.get(tell) === answers) return;
    followers.set(tell, answers);
    tell(answers || since === undefined ? { answers } : { answers, since });
  }

  return {
    /** `tell` is called soon when Temporal is away, and with each change. Returns what ends it. */
    follow(tell: Tell): () => void {
      const isKnown = timer !== undefined || isLooking;
      followers.set(tell, true);
      if (isKnown) inform(tell);
      // Temporal may be back since the last follower left, so ask before saying that it is away.
      else timer = setTimeout(look, isAway() ? 0 : everyMs);
      return () => {
        followers.delete(tell);
        if (followers.size > 0) return;
        clearTimeout(timer);
        timer = undefined;
      };
    },
  };
}

export type TemporalWatch = ReturnType<typeof createTemporalWatch>;
