/** Heartbeats on a timer: silence of a command or a model is not death. They carry how far the activity is. */
import { Context } from '@temporalio/activity';

const HEARTBEAT_MS = 1_000;

/** How far the activities are that run now, as people read it: one for each reporter, since a step may be within another. */
const progressOf = new WeakMap<Context, Map<object, string>>();

/** Facts of running attempts for the attempt that follows. */
const carriedBy = new WeakMap<Context, object>();

/** Heartbeats once a second with `details()` and the progress that was reported, while `work` runs. */
export async function withHeartbeat<T>(
  work: (signal: AbortSignal) => Promise<T>,
  details: () => object | undefined = () => undefined,
): Promise<T> {
  const context = Context.current();
  const beat = () => {
    const progress = [...(progressOf.get(context)?.values() ?? [])].at(-1);
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
}

/** Tells the attempt that follows: every heartbeat of this one carries the facts from now on. */
export function carry(context: Context, facts: object): void {
  carriedBy.set(context, facts);
  context.heartbeat(facts);
}

/** Where the running activity reports its progress (undefined: no more to tell); outside of activities nobody listens. */
export function progressReporter(): (progress: string | undefined) => void {
  const context = currentContext();
  if (context === undefined) return () => {};
  const reporter = {};
  return (progress) => {
    const reported = progressOf.get(context) ?? new Map<object, string>();
    progressOf.set(context, reported);
    reported.delete(reporter);
    if (progress !== undefined) reported.set(reporter, progress);
  };
}

function currentContext(): Context | undefined {
  try {
    return Context.current();
  } catch {
    return undefined;
  }
}
