/** Settles what people see of executions that were closed behind our back; run once a minute by a Schedule. */
import { factory } from '../activities.ts';

/** Survives anything: each run looks at everything anew. */
export async function reconcileWorkflow(): Promise<{ settled: number; swept: number }> {
  return factory.reconcile('settle rows of closed executions', {});
}
