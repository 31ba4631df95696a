/** The end of executions that could not tell it themselves, because somebody closed them from outside. */
import { sql } from 'kysely';
import type { Failure } from '../../workflows/contract/records.ts';
import type { Database } from '../connection.ts';
import { optionalJson } from '../json.ts';
import { appendDecisions } from './decisions.ts';
import { releaseClosed } from './hosts.ts';
import { lapseMail } from './mail.ts';

export interface ClosedWorkflow {
  readonly workflowId: string;
  readonly runId: string;
  readonly state: 'COMPLETED' | 'FAILED' | 'CANCELLED';
  readonly phase: string;
  readonly failure?: Failure;
  readonly closedAt: string;
}

export interface Settling {
  /** A row that was written since then belongs to an execution that is still telling its end. */
  readonly quietSeconds: number;
  /** The newest run that had written before Temporal was asked; what a later one has written or claimed is its own. */
  readonly lastRun: number;
}

/**
 * Writes the end into the row that the workflow has, if that is still open and quiet; gives its host slot back. With an epic end its open human requests and the tasks that never started. Idempotent.
 * Returns whether anything was open.
 */
export async function settleClosed(db: Database, closed: ClosedWorkflow, settling: Settling): Promise<boolean> {
  return db.transaction().execute((transaction) => settleIn(transaction, closed, settling));
}

/** The same within a transaction. */
export async function settleIn(transaction: Database, closed: ClosedWorkflow, settling: Settling): Promise<boolean> {
  const isFreed = await releaseClosed(transaction, { holder: closed.workflowId, lastRun: settling.lastRun });
  const row = await settleRow(transaction, closed, settling);
  if (row?.kind === 'epics') await settleParts(transaction, row.epic_id, closed);
  if (row !== undefined && row.kind !== 'agents') await lapseMail(transaction, row.epic_id);
  if (row !== undefined) await log(transaction, row, closed);
  return isFreed || row !== undefined;
}

interface SettledRow {
  readonly epic_id: string;
  readonly task_key: string | null;
  readonly kind: 'epics' | 'tasks' | 'agents';
}

async function settleRow(
  db: Database,
  closed: ClosedWorkflow,
  { quietSeconds, lastRun }: Settling,
): Promise<SettledRow | undefined> {
  for (const kind of ['epics', 'tasks', 'agents'] as const) {
    const { rows } = await sql<Omit<SettledRow, 'kind'>>`
      update ${sql.table(kind)} as t set
        state = ${closed.state}, phase = ${closed.phase}, hold = null, failure = ${optionalJson(closed.failure)},
        closed_at = ${closed.closedAt}, updated_at = now()
      where workflow_id = ${closed.workflowId} and state not in ('COMPLETED', 'CANCELLED', 'FAILED')
        and updated_at < now() - make_interval(secs => ${quietSeconds}) and coalesce(generation, 0) <= ${lastRun}
      returning coalesce(to_jsonb(t) ->> 'epic_id', to_jsonb(t) ->> 'id') as epic_id,
        coalesce(to_jsonb(t) ->> 'task_key', to_jsonb(t) ->> 'key') as task_key
    `.execute(db);
    if (rows[0] !== undefined) return { ...rows[0], kind };
  }
  return undefined;
}

/** Only the epic could have answered these requests and started these tasks. */
async function settleParts(db: Database, epicId: string, closed: ClosedWorkflow): Promise<void> {
  await db
    .updateTable('human_requests')
    .set({ state: 'withdrawn', closed_at: closed.closedAt })
    .where('epic_id', '=', epicId)
    .where('state', '=', 'open')
    .execute();
  await db
    .updateTable('tasks')
    .set({ state: 'CANCELLED', phase: 'never started', hold: null, closed_at: closed.closedAt, updated_at: sql`now()` })
    .where('epic_id', '=', epicId)
    .where('generation', 'is', null)
    .where('state', 'not in', ['COMPLETED', 'FAILED', 'CANCELLED'])
    .execute();
}

async function log(db: Database, row: SettledRow, closed: ClosedWorkflow): Promise<void> {
  await appendDecisions(db, [
    {
      key: `reconcile/${closed.workflowId}/${closed.runId}`,
      at: closed.closedAt,
      epicId: row.epic_id,
      ...(row.task_key === null ? {} : { taskKey: row.task_key }),
      actor: 'factory',
      kind: 'failure',
      decision: `recorded ${closed.workflowId} as ${closed.state}`,
      reason: closed.failure?.message ?? closed.phase,
    },
  ]);
}
