/** Who has a slot where. */
import type { Database } from '../connection.ts';

/** The workflow ids of the tasks and epics that have a slot on a host. */
export async function readHeldBy(db: Database, host: string): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('placements')
    .select('holder')
    .where('host', '=', host)
    .where('held', '=', true)
    .execute();
  return new Set(rows.map(({ holder }) => holder));
}
