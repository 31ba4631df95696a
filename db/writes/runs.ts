/** Which run of a workflow is the later one: runs are numbered in the order of their first write. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

export interface WorkflowRun {
  readonly workflowId: string;
  readonly runId: string;
}

/** A run's number, and whether this call gave it: then it is the run's first write. */
export interface Generation {
  readonly generation: number;
  readonly first: boolean;
}

/** A run that has written nothing wants to, after a later one has. */
export class RunOvertaken extends Error {
  override readonly name = 'RunOvertaken';
}

/** Clocks differ by less. */
const CLOCKS_DIFFER = sql`interval '1 second'`;

/**
 * The run's generation; the first write of an unseen run takes the next one.
 * Run ids do not sort and start times tie under reset, so the order of first writes is the order: a run's last record is
 * awaited before it ends, and a run starts only after the one before it has ended. One that was terminated awaits nothing:
 * with `askedAt`, when Temporal scheduled this try, its late first write is not taken for the newest.
 * Fails: RunOvertaken. A run that goes on is tried again, so that clocks which differ by more cost it time.
 */
export async function runGeneration(db: Database, run: WorkflowRun, askedAt?: Date): Promise<Generation> {
  for (;;) {
    const known = await db
      .selectFrom('workflow_runs')
      .select('generation')
      .where('workflow_id', '=', run.workflowId)
      .where('run_id', '=', run.runId)
      .executeTakeFirst();
    if (known !== undefined) return { generation: known.generation, first: false };
    // Does nothing when another write took the number or numbered this very run meanwhile; then the loop looks again.
    const taken = await sql<{ generation: number }>`
      insert into workflow_runs (workflow_id, run_id, generation)
      select ${run.workflowId}, ${run.runId}, coalesce(max(generation), 0) + 1
      from workflow_runs where workflow_id = ${run.workflowId}
      having not coalesce(bool_or(first_seen_at > ${askedAt ?? null}::timestamptz + ${CLOCKS_DIFFER}), false)
      on conflict do nothing
      returning generation`.execute(db);
    const generation = taken.rows[0]?.generation;
    if (generation !== undefined) return { generation, first: true };
    if (askedAt !== undefined && (await wasSeenSince(db, run.workflowId, askedAt))) {
      throw new RunOvertaken(`A later run of ${run.workflowId} than ${run.runId} has written`);
    }
  }
}

async function wasSeenSince(db: Database, workflowId: string, at: Date): Promise<boolean> {
  const query = db.selectFrom('workflow_runs').select('run_id').where('workflow_id', '=', workflowId);
  return (
    (await query.where('first_seen_at', '>', sql<Date>`${at}::timestamptz + ${CLOCKS_DIFFER}`).executeTakeFirst()) !==
    undefined
  );
}

/** The newest run of a workflow that has written, 0 for none. */
export async function newestGeneration(db: Database, workflowId: string): Promise<number> {
  const { newest } = await db
    .selectFrom('workflow_runs')
    .select(sql<number>`coalesce(max(generation), 0)`.as('newest'))
    .where('workflow_id', '=', workflowId)
    .executeTakeFirstOrThrow();
  return newest;
}
