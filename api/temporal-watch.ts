/** Whether Temporal answers, for those who follow the events: a page that rests asks for nothing, and would not learn it. */
import type { Client } from '@temporalio/client';

type Tell = (answers: boolean) => void;

export interface TemporalWatchOptions {
  readonly temporal: Client;
  readonly everyMs?: number;
}

const LOOK_EVERY_MS = 5_000;
const ANSWER_WITHIN_MS = 2_000;
/** A machine that is busy for a moment is not news. */
const MISSED_BEFORE_AWAY = 2;

/** Asks Temporal for nothing while nobody follows. */
export function createTemporalWatch({ temporal, everyMs = LOOK_EVERY_MS }: TemporalWatchOptions) {
  const followers = new Set<Tell>();
  let timer: NodeJS.Timeout | undefined;
  let missed = 0;
  const isAway = () => missed >= MISSED_BEFORE_AWAY;

  async function look(): Promise<void> {
    const ask = () => temporal.workflowService.getSystemInfo({});
    const answers = await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, ask).then(
      () => true,
      () => false,
    );
    const wasAway = isAway();
    missed = answers ? 0 : missed + 1;
    if (isAway() !== wasAway) for (const tell of followers) tell(!isAway());
    // Nobody may follow by now.
    if (timer !== undefined) timer = setTimeout(look, everyMs);
  }

  return {
    /** `tell` is called at once when Temporal is away, and with each change. Returns what ends it. */
    follow(tell: Tell): () => void {
      followers.add(tell);
      if (isAway()) tell(false);
      timer ??= setTimeout(look, everyMs);
      return () => {
        followers.delete(tell);
        if (followers.size > 0) return;
        clearTimeout(timer);
        timer = undefined;
        missed = 0;
      };
    },
  };
}

export type TemporalWatch = ReturnType<typeof createTemporalWatch>;
