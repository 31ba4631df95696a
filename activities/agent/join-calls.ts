/** Calls under way in this process: a second run of the same call joins the first instead of paying again. */
import { passingFailure } from '../../clients/failures.ts';
import { lostAttempt } from '../lost-attempt.ts';

interface Shared<Result> {
  readonly result: Promise<Result>;
  readonly abort: AbortController;
  joined: number;
}

/**
 * Returns `join(key, signal, start)`: starts the call, or joins the one with this key that is under way. A caller that is
 * cancelled leaves at once, unless it is the last: then the call itself is aborted and awaited, so that it is settled.
 * An attempt that is lost, although nobody cancelled it, leaves the call to the attempt after it, and to its own end.
 */
export function createCallJoiner<Result>() {
  const underWay = new Map<string, Shared<Result>>();

  return async function join(
    key: string,
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const shared = underWay.get(key) ?? begin(key, start);
    shared.joined += 1;
    const left = Promise.withResolvers<never>();
    const leave = () => {
      shared.joined -= 1;
      const lost = lostAttempt(signal.reason);
      if (lost !== undefined)
        left.reject(passingFailure('ModelUnavailable', `This attempt was lost (${lost}); its call goes on`));
      else if (shared.joined === 0) shared.abort.abort(signal.reason);
      else left.reject(signal.reason);
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([shared.result, left.promise]);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  };

  function begin(key: string, start: (signal: AbortSignal) => Promise<Result>): Shared<Result> {
    const abort = new AbortController();
    const result = start(abort.signal).finally(() => underWay.delete(key));
    // Those that joined handle a failure; when all have left, nobody does.
    result.catch(() => undefined);
    const shared: Shared<Result> = { result, abort, joined: 0 };
    underWay.set(key, shared);
    return shared;
  }
}
