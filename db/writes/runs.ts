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

/**
 * The run's generation; the first write of an unseen run takes the next one.
 * Run ids do not sort and start times tie under reset, so the order of first writes is the order: a run's last record is
 * awaited before it ends, and a run starts only after the one before it has ended.
 */
export async function runGeneration(db: Database, run: WorkflowRun): Promise<Generation> {
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
      on conflict do nothing
      returning generation`.execute(db);
    const generation = taken.rows[0]?.generation;
    if (generation !== undefined) return { generation, first: true };
  }
}
