/** Who has a slot where. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

/**
 * The workflow ids of the tasks and epics whose place is on a host: they hold a slot there, or are open and were placed there
 * last. A run that was reset to before it gave its slot back works without one.
 */
export async function readPlacedOn(db: Database, host: string): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ holder: string }>`
    select holder from placements where host = ${host} and (held
      or exists (select from tasks where workflow_id = holder and closed_at is null)
      or exists (select from epics where workflow_id = holder and closed_at is null))
  `.execute(db);
  return new Set(rows.map(({ holder }) => holder));
}
