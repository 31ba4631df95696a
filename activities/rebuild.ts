/** Writes the projection again from Temporal, for every epic that its namespace still knows. */
import type { Client } from '@temporalio/client';
import type { Database } from '../db/connection.ts';
import { type ClosedWorkflow, settleIn } from '../db/writes/closed-workflows.ts';
import { forgetEpic } from '../db/writes/forget-epic.ts';
import { runGeneration } from '../db/writes/runs.ts';
import { EpicIdFromWorkflow } from '../workflows/contract/epic.ts';
import { closingOf } from './closed-workflow.ts';
import { type PastRecord, readRecords } from './record-history.ts';
import { WRITERS } from './records.ts';

export interface RebuildOptions {
  /** All that Temporal knows, unless given. */
  readonly epicIds?: readonly string[];
  readonly onEpic?: (epicId: string, records: number) => void;
}

/**
 * Replaces an epic's rows by what its executions told, in one transaction an epic, so that a screen sees either.
 * Safe while everything runs: (generation, version) orders these writes and those of running executions alike. Rows of
 * executions that Temporal does not know any more stay as they are; those that were closed from outside are settled in
 * the same transaction.
 */
export async function rebuildProjection(
  { db, temporal }: { db: Database; temporal: Client },
  { epicIds, onEpic }: RebuildOptions = {},
): Promise<void> {
  for (const epicId of epicIds ?? (await knownEpics(temporal))) {
    const runs = await runsOf(temporal, epicId);
    const records = (await Promise.all(runs.map((run) => readRecords(temporal, run, runs)))).flat();
    const inOrder = records.toSorted((a, b) => a.at.getTime() - b.at.getTime());
    const closed = await Promise.all(openByTheirWord(inOrder).map((workflowId) => closingOf(temporal, workflowId)));
    await writeAgain(
      db,
      epicId,
      inOrder,
      closed.filter((closing) => closing !== undefined),
    );
    onEpic?.(epicId, records.length);
  }
}

async function knownEpics(client: Client): Promise<string[]> {
  const ids = new Set<string>();
  for await (const { workflowId } of client.workflow.list({ query: "WorkflowType = 'epicWorkflow'" })) {
    const id = EpicIdFromWorkflow.safeParse(workflowId);
    if (id.success) ids.add(id.data);
  }
  return [...ids].toSorted();
}

/** The epic's own executions, its tasks' and its agents', all runs of each. */
async function runsOf(client: Client, epicId: string): Promise<{ workflowId: string; runId: string }[]> {
  const own = [`WorkflowId = 'epic-${epicId}'`, `WorkflowId STARTS_WITH 'epic-${epicId}/'`];
  const query = [...own, `WorkflowId STARTS_WITH 'agent-${epicId}.'`].join(' OR ');
  const runs: { workflowId: string; runId: string }[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query })) runs.push({ workflowId, runId });
  return runs;
}

/** Workflow ids of the executions whose last record does not tell their end. */
function openByTheirWord(inOrder: readonly PastRecord[]): string[] {
  const last = new Map(inOrder.map(({ workflowId, view }) => [workflowId, view as { closedAt?: string }]));
  return [...last].flatMap(([workflowId, { closedAt }]) => (closedAt === undefined ? [workflowId] : []));
}

async function writeAgain(
  db: Database,
  epicId: string,
  inOrder: readonly PastRecord[],
  closed: readonly ClosedWorkflow[],
): Promise<void> {
  if (inOrder.length === 0) return;
  await db.transaction().execute(async (transaction) => {
    await forgetEpic(transaction, epicId, [...new Set(inOrder.map(({ workflowId }) => workflowId))]);
    for (const { name, workflowId, runId, view, at } of inOrder) {
      const { generation } = await runGeneration(transaction, { workflowId, runId });
      await WRITERS[name](transaction, view as never, { runId, generation, at });
    }
    for (const closing of closed) await settleIn(transaction, closing, 0);
  });
}
