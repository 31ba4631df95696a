/** The safety net under the webhook: finds the issues that changed since the last look; run by a Schedule. */
import { factory } from '../activities.ts';

/** Survives anything: where the last look ended is in PostgreSQL, and is moved on only after all of it was passed on. */
export async function pollTrackerWorkflow(): Promise<{ changed: number }> {
  return factory.pollTracker('issues that changed', {});
}
