/** Which epics ended long ago. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

/** Those of `ids` that closed more than `days` ago and were not opened again. */
export async function endedEpics(
  db: Database,
  { ids, days }: { readonly ids: readonly string[]; readonly days: number },
): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('epics')
    .select('id')
    .where(sql<boolean>`id = any(${ids}::text[])`)
    .where('closed_at', '<', sql<Date>`now() - make_interval(days => ${days})`)
    .orderBy('closed_at')
    .execute();
  return rows.map(({ id }) => id);
}
