/** Work that loses its point when something else happens. */
import { CancellationScope, condition, TemporalFailure } from '@temporalio/workflow';

/** Runs `work`; undefined when it was ended because it `isUnwanted` by then. */
export async function runUntil<T>(
  isUnwanted: () => boolean,
  work: () => Promise<T>,
): Promise<{ readonly result: T } | undefined> {
  const scope = new CancellationScope();
  const watching = new CancellationScope();
  watching
    .run(() => condition(isUnwanted))
    .then(() => scope.cancel())
    .catch(() => undefined);
  try {
    return { result: await scope.run(work) };
  } catch (error) {
    // Whatever the interrupted work ended with, a host that does not answer included, it is not wanted any more.
    const isInterrupted = scope.consideredCancelled && !CancellationScope.current().consideredCancelled;
    if (!isInterrupted || !(error instanceof TemporalFailure)) throw error;
    return undefined;
  } finally {
    watching.cancel();
  }
}
