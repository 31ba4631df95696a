/** The revisions of a plan, as the epic that owns it last told them. */
import { sql } from 'kysely';
import type { PlanRevision } from '../../workflows/contract/plan-revision.ts';
import type { Database } from '../connection.ts';
import { json } from '../json.ts';

export interface PlanRevisions {
  readonly epicId: string;
  readonly revisions: readonly PlanRevision[];
  /** The generation of the epic's record that brings them. */
  readonly generation: number;
  readonly version: number;
}

/**
 * The newest are as told, and later ones are gone: an epic that was reset begins again at an earlier one. Those that left the
 * epic's own memory stay. Call it only after the epic's own row was written; nothing happens when that is newer by now.
 */
export async function writePlanRevisions(
  db: Database,
  { epicId, revisions, generation, version }: PlanRevisions,
): Promise<void> {
  const rows = revisions.map(({ by: made_by, ...rest }) => ({ ...rest, made_by }));
  const newest = revisions.at(-1)?.number ?? 0;
  await sql`
    with told as (
      select from epics where id = ${epicId} and generation = ${generation} and version = ${version}
    ), gone as (
      delete from plan_revisions where epic_id = ${epicId} and number > ${newest} and exists (select from told)
    )
    insert into plan_revisions as known (epic_id, number, at, made_by, why, changes)
    select ${epicId}, row.* from jsonb_to_recordset(${json(rows)}) as row (
      number integer, at timestamptz, made_by text, why text, changes jsonb)
    where exists (select from told)
    on conflict (epic_id, number) do update
      set at = excluded.at, made_by = excluded.made_by, why = excluded.why, changes = excluded.changes
      where (known.at, known.made_by, known.why, known.changes)
        is distinct from (excluded.at, excluded.made_by, excluded.why, excluded.changes)
  `.execute(db);
}
