/** Workflows that only cost what the engine costs: their activities do nothing. */
import { continueAsNew, proxyActivities, proxyLocalActivities, workflowInfo } from '@temporalio/workflow';
import { AGENT_HISTORY_EVENTS, FACTORY, LOCAL_RECORD, MODEL, onHostOptions } from '../workflows/options.ts';
import type { NoOps } from './no-ops.ts';

export const BENCH_HOST = 'bench';

const factory = proxyActivities<NoOps>(FACTORY);
const model = proxyActivities<NoOps>(MODEL);
const host = proxyActivities<NoOps>(onHostOptions(BENCH_HOST));
const records = proxyLocalActivities<NoOps>(LOCAL_RECORD);

/** One activity after the other. */
export async function sequentialWorkflow(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await factory.noOp();
}

/** The shape of an agent's loop: a model call, one tool on the host, a record; a new run at the agent's length. */
export async function turnsWorkflow(turns: number): Promise<void> {
  for (let left = turns; left > 0; left--) {
    if (workflowInfo().historyLength > AGENT_HISTORY_EVENTS) return continueAsNew<typeof turnsWorkflow>(left);
    await model.noOp();
    await host.noOp();
    await records.noOp();
  }
}
