/** Heartbeats on a timer: silence of a command or a model is not death. They carry how far the activity is. */
import { Context } from '@temporalio/activity';
import { withProgress } from '../clients/progress.ts';

const HEARTBEAT_MS = 1_000;

/** Facts of running attempts for the attempt that follows. */
const carriedBy = new WeakMap<Context, object>();

/** Heartbeats once a second with `details()` and the progress that was reported, while `work` runs. */
export async function withHeartbeat<T>(
  work: (signal: AbortSignal) => Promise<T>,
  details: () => object | undefined = () => undefined,
): Promise<T> {
  const context = Context.current();
  return withProgress(async (latest) => {
    const beat = () => {
      const progress = latest();
      const carried = carriedBy.get(context);
      const known = carried === undefined ? details() : { ...details(), ...carried };
      context.heartbeat(progress === undefined ? known : { ...known, progress });
    };
    // None at once: the time-out runs from the start, and most activities end before the first is due.
    const timer = setInterval(beat, HEARTBEAT_MS);
    try {
      return await work(context.cancellationSignal);
    } finally {
      clearInterval(timer);
    }
  });
}

/** Tells the attempt that follows: every heartbeat of this one carries the facts from now on. */
export function carry(context: Context, facts: object): void {
  carriedBy.set(context, facts);
  context.heartbeat(facts);
}
