/** Workflows that only cost what the engine costs: their activities do nothing. */
import { continueAsNew, proxyActivities, workflowInfo } from '@temporalio/workflow';
import { FACTORY, HISTORY_EVENTS, MODEL, onHostOptions, RECORD } from '../workflows/options.ts';
import type { NoOps } from './no-ops.ts';

export const BENCH_HOST = 'bench';

const factory = proxyActivities<NoOps>(FACTORY);
const model = proxyActivities<NoOps>(MODEL);
const host = proxyActivities<NoOps>(onHostOptions(BENCH_HOST));
const records = proxyActivities<NoOps>(RECORD);

/** One activity after the other. */
export async function sequentialWorkflow(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await factory.noOp();
}

/** An agent's loop: a model call and one tool on the host, a record beside each; a new run at the agent's length. */
export async function turnsWorkflow(turns: number): Promise<void> {
  for (let left = turns; left > 0; left--) {
    if (workflowInfo().historyLength > HISTORY_EVENTS) return continueAsNew<typeof turnsWorkflow>(left);
    await Promise.all([records.noOp(), model.noOp()]);
    await Promise.all([records.noOp(), host.noOp()]);
  }
}
