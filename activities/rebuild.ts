/** Writes the projection again from Temporal, for every epic that its namespace still knows. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Database } from '../db/connection.ts';
import { readToldOrders, type ToldOrder } from '../db/reads/told-orders.ts';
import { endAbandonedAgain } from '../db/writes/abandoned-pull-requests.ts';
import { type ClosedWorkflow, settleIn } from '../db/writes/closed-workflows.ts';
import { forgetEpic } from '../db/writes/forget-epic.ts';
import { lockProjection } from '../db/writes/projection-lock.ts';
import { endPullRequest } from '../db/writes/pull-requests.ts';
import { runGeneration } from '../db/writes/runs.ts';
import { EpicIdFromWorkflow } from '../workflows/contract/epic.ts';
import { closingOf } from './closed-workflow.ts';
import { type Past, type PastRecord, readPast } from './record-history.ts';
import { WRITERS } from './records.ts';

export interface RebuildOptions {
  /** All that Temporal knows, unless given. */
  readonly epicIds?: readonly string[];
  readonly onEpic?: (epicId: string, records: number) => void;
}

/**
 * Replaces an epic's rows by what its executions told, and the reconciler after their end, in one transaction an epic, so that
 * a screen sees either. Safe while everything runs: records of epics and tasks wait for such a transaction, (generation,
 * version) orders those of agents, and a record that was written after its history was read makes it read again. Rows of
 * executions that Temporal does not know any more stay as they are; those that were closed from outside are settled in the
 * same transaction. An epic that cannot be read keeps no other from being written.
 * Fails: AggregateError, which names the epics that stay as they were.
 */
export async function rebuildProjection(
  { db, temporal }: { db: Database; temporal: Client },
  { epicIds, onEpic }: RebuildOptions = {},
): Promise<void> {
  const failed = new Map<string, unknown>();
  for (const epicId of epicIds ?? (await knownEpics(temporal))) {
    try {
      const records = await rebuildEpic({ db, temporal }, epicId);
      onEpic?.(epicId, records);
    } catch (error) {
      failed.set(epicId, error);
    }
  }
  if (failed.size === 0) return;
  throw new AggregateError(
    failed.values(),
    `These epics could not be rebuilt and keep their rows: ${[...failed.keys()].join(', ')}`,
  );
}

const TRIES = 5;
const AGAIN_MS = 1_000;

/** Returns the number of records. */
async function rebuildEpic({ db, temporal }: { db: Database; temporal: Client }, epicId: string): Promise<number> {
  let before: number | undefined;
  for (let left = TRIES - 1; ; left -= 1) {
    const told = await readTold(temporal, epicId);
    const { length } = told.inOrder;
    // The last of five readings, as long as the one before: a record that no history holds was lost with its execution.
    if (await writeAgain(db, { epicId, ...told, mayBeOlder: left === 0 && length === before })) return length;
    if (left === 0) throw new Error(`${epicId} changed while its histories were read: run db:rebuild again later`);
    before = length;
    await sleep(AGAIN_MS);
  }
}

interface Told {
  readonly inOrder: readonly Past[];
  readonly closed: readonly ClosedWorkflow[];
}

async function readTold(temporal: Client, epicId: string): Promise<Told> {
  const runs = await runsOf(temporal, epicId);
  const past = (await Promise.all(runs.map((run) => readPast(temporal, run, runs)))).flat();
  const inOrder = past.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const closed = await Promise.all(
    openByTheirWord(inOrder.filter(isRecord)).map((workflowId) => closingOf(temporal, workflowId)),
  );
  return { inOrder, closed: closed.filter((closing) => closing !== undefined) };
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

const isRecord = (past: Past): past is PastRecord => past.name !== 'closePullRequest';

/** Workflow ids of the executions whose last record does not tell their end. */
function openByTheirWord(inOrder: readonly PastRecord[]): string[] {
  const last = new Map(inOrder.map(({ workflowId, view }) => [workflowId, view as { closedAt?: string }]));
  return [...last].flatMap(([workflowId, { closedAt }]) => (closedAt === undefined ? [workflowId] : []));
}

/** More was recorded while the histories were read. */
class RecordedMeanwhile extends Error {}

/** Returns false, with nothing changed, when the rows hold more than these records. */
async function writeAgain(
  db: Database,
  { epicId, inOrder, closed, mayBeOlder }: Told & { readonly epicId: string; readonly mayBeOlder: boolean },
): Promise<boolean> {
  const workflowIds = [...new Set(inOrder.filter(isRecord).map(({ workflowId }) => workflowId))];
  if (workflowIds.length === 0) return true;
  try {
    await db.transaction().execute(async (transaction) => {
      await lockProjection(transaction, epicId);
      const before = await forgetEpic(transaction, epicId, workflowIds);
      const lastRuns = new Map<string, number>();
      for (const past of inOrder) {
        const generation = await tellAgain(transaction, past);
        if (isRecord(past)) lastRuns.set(past.workflowId, Math.max(generation, lastRuns.get(past.workflowId) ?? 0));
      }
      const now = await readToldOrders(transaction, epicId);
      if (!mayBeOlder && before.some((order) => !isTold(order, now))) throw new RecordedMeanwhile();
      for (const closing of closed) {
        await settleIn(transaction, closing, { quietSeconds: 0, lastRun: lastRuns.get(closing.workflowId) ?? 0 });
      }
      await endAbandonedAgain(transaction, epicId);
    });
    return true;
  } catch (error) {
    if (error instanceof RecordedMeanwhile) return false;
    throw error;
  }
}

/** Returns the number of the run that told it, 0 for a closing. */
async function tellAgain(db: Database, past: Past): Promise<number> {
  if (!isRecord(past)) {
    await endPullRequest(db, past.pullRequest, past.ended);
    return 0;
  }
  const { name, workflowId, runId, view, at } = past;
  const { generation } = await runGeneration(db, { workflowId, runId });
  await WRITERS[name](db, view as never, { runId, generation, at });
  return generation;
}

function isTold({ workflow_id, generation, version }: ToldOrder, orders: readonly ToldOrder[]): boolean {
  const now = orders.find((order) => order.workflow_id === workflow_id);
  if (now === undefined) return false;
  return now.generation === generation ? now.version >= version : now.generation > generation;
}
