/** What Schedules start: each run looks once, and all that it knows of the looks before is in PostgreSQL. */
import { factory } from './activities.ts';

/**
 * Settles what people see of executions that were closed behind our back; run once a minute.
 * Survives anything: each run looks at everything again.
 */
export async function reconcileWorkflow(): Promise<{ settled: number; swept: number }> {
  return factory.reconcile('settle rows of closed executions', {});
}

/**
 * The safety net under the forge's webhooks: finds the pull requests that changed since the last look.
 * Survives anything: what was seen last is in PostgreSQL, and is written only after everybody was told.
 */
export async function pollForgeWorkflow(): Promise<{ told: number }> {
  return factory.pollForge('pull requests that changed', {});
}

/**
 * The safety net under the tracker's webhook: finds the issues that changed since the last look.
 * Survives anything: where the last look ended is in PostgreSQL, and is moved on only after all of it was passed on.
 */
export async function pollTrackerWorkflow(): Promise<{ changed: number }> {
  return factory.pollTracker('issues that changed', {});
}
