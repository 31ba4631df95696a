/** Which workflows the database believes to be open: those that a reconciler asks Temporal about. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

/**
 * Workflow ids of rows that are not final, of slots that are held and of reservations that are open, as far as nothing
 * happened to them for `quietSeconds`: what is being written right now is about to tell its end itself.
 */
export async function quietOpenWorkflows(db: Database, quietSeconds: number): Promise<string[]> {
  const { rows } = await sql<{ workflow_id: string }>`
    with cutoff as (select now() - make_interval(secs => ${quietSeconds}) as at)
    select workflow_id from epics, cutoff
      where state not in ('COMPLETED', 'CANCELLED', 'FAILED') and updated_at < at
    union select workflow_id from tasks, cutoff
      where state not in ('COMPLETED', 'CANCELLED', 'FAILED') and generation is not null and updated_at < at
    union select workflow_id from agents, cutoff
      where state not in ('COMPLETED', 'CANCELLED', 'FAILED') and updated_at < at
    union select holder from placements, cutoff where held and placed_at < at
    union select 'agent-' || transcript from ledger, cutoff where outcome = 'open' and created_at < at
    order by workflow_id
  `.execute(db);
  return rows.map((row) => row.workflow_id);
}

/** Executions of an epic that are open and told nothing for `quietSeconds`, longest quiet first: its own, its tasks' and agents'. */
export async function quietExecutions(
  db: Database,
  epicId: string,
  quietSeconds: number,
): Promise<{ workflowId: string; taskKey: string | null }[]> {
  const { rows } = await sql<{ workflow_id: string; task_key: string | null }>`
    with cutoff as (select now() - make_interval(secs => ${quietSeconds}) as at)
    select workflow_id, null as task_key, updated_at from epics, cutoff
      where id = ${epicId} and closed_at is null and updated_at < at
    union all select workflow_id, key, updated_at from tasks, cutoff
      where epic_id = ${epicId} and closed_at is null and generation is not null and updated_at < at
    union all select workflow_id, task_key, updated_at from agents, cutoff
      where epic_id = ${epicId} and closed_at is null and updated_at < at
    order by updated_at
  `.execute(db);
  return rows.map((row) => ({ workflowId: row.workflow_id, taskKey: row.task_key }));
}

export interface QuietEpic {
  readonly epicId: string;
  readonly priority: number;
  readonly admitted: boolean;
}

/** Open epics of which nothing was written for `quietSeconds`, and whether they said that they are admitted. */
export function quietEpics(db: Database, quietSeconds: number): Promise<QuietEpic[]> {
  return db
    .selectFrom('epics')
    .select(['id as epicId', 'priority', 'admitted'])
    .where('closed_at', 'is', null)
    .where('updated_at', '<=', sql<Date>`now() - make_interval(secs => ${quietSeconds})`)
    .orderBy('id')
    .execute();
}

/** Whether a later attempt of the same task and purpose took the agent's place. */
export async function isReplaced(db: Database, workflowId: string): Promise<boolean> {
  const later = await db
    .selectFrom('agents as former')
    .innerJoin('agents as later', (join) =>
      join
        .onRef('later.epic_id', '=', 'former.epic_id')
        .onRef('later.purpose', '=', 'former.purpose')
        .onRef('later.task_key', 'is not distinct from', 'former.task_key')
        .onRef('later.attempt', '>', 'former.attempt'),
    )
    .select('later.id')
    .where('former.workflow_id', '=', workflowId)
    .executeTakeFirst();
  return later !== undefined;
}
