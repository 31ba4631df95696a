/** Keeps many who look from asking the same again and again. */

interface Asked<Answer> {
  readonly at: number;
  hasBegun: boolean;
  readonly answer: Promise<Answer>;
}

/**
 * Asks about each key at most once in `everyMs`. Who comes too early waits for the next time, with all others who do: a
 * page is not read again before the next event, so no answer may be older than its question.
 */
export function createThrottle<Answer>(everyMs: number) {
  const known = new Map<string, Asked<Answer>>();

  function forgetOld(now: number): void {
    for (const [key, { at, hasBegun }] of known) if (hasBegun && at + everyMs <= now) known.delete(key);
  }

  return function throttled(key: string, ask: () => Promise<Answer>): Promise<Answer> {
    const now = Date.now();
    forgetOld(now);
    const last = known.get(key);
    if (last !== undefined && !last.hasBegun) return last.answer;
    const at = last === undefined ? now : last.at + everyMs;
    const begin = () => {
      asked.hasBegun = true;
      return ask();
    };
    const asked: Asked<Answer> = {
      at,
      hasBegun: false,
      answer: at <= now ? Promise.resolve().then(begin) : pause(Math.min(at - now, everyMs)).then(begin),
    };
    known.set(key, asked);
    return asked.answer;
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
