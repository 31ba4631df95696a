/** The revisions of a plan, as the epic that owns it last told them. */
import { sql } from 'kysely';
import type { PlanRevision } from '../../workflows/contract/plan-revision.ts';
import type { Database } from '../connection.ts';
import { json } from '../json.ts';

/** Adds those that are new; an older one never changes. Call it only after the epic's own row was written. */
export async function writePlanRevisions(
  db: Database,
  epicId: string,
  revisions: readonly PlanRevision[],
): Promise<void> {
  if (revisions.length === 0) return;
  const rows = revisions.map(({ by: made_by, ...rest }) => ({ ...rest, made_by }));
  await sql`
    insert into plan_revisions (epic_id, number, at, made_by, why, changes)
    select ${epicId}, * from jsonb_to_recordset(${json(rows)}) as row (
      number integer, at timestamptz, made_by text, why text, changes jsonb)
    on conflict do nothing
  `.execute(db);
}
