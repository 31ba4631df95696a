/** Heartbeats on a timer: silence of a command or a model is not death. */
import { Context } from '@temporalio/activity';

const HEARTBEAT_MS = 1_000;

/** Heartbeats once a second with `details()` while `work` runs. */
export async function withHeartbeat<T>(
  work: (signal: AbortSignal) => Promise<T>,
  details: () => unknown = () => undefined,
): Promise<T> {
  const context = Context.current();
  // None at once: the time-out runs from the start, and most activities end before the first is due.
  const timer = setInterval(() => context.heartbeat(details()), HEARTBEAT_MS);
  try {
    return await work(context.cancellationSignal);
  } finally {
    clearInterval(timer);
  }
}
