/** The safety net under the forge's webhooks: finds the pull requests that changed since the last look; run by a Schedule. */
import { factory } from '../activities.ts';

/** Survives anything: what was seen last is in PostgreSQL, and is written only after everybody was told. */
export async function pollForgeWorkflow(): Promise<{ told: number }> {
  return factory.pollForge('pull requests that changed', {});
}
