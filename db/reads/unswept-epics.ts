/** Epics that closed long ago and have left their checkpoints on the forge. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

/** Their ids, oldest end first. One that was opened again and closed again is there again. */
export async function unsweptEpics(
  db: Database,
  { repository, days, limit }: { repository: string; days: number; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom('epics')
    .select('id')
    .where('repository', '=', repository)
    .where('closed_at', '<', sql<Date>`now() - make_interval(days => ${days})`)
    .where((or) => or.or([or('swept_at', 'is', null), or('swept_at', '<', or.ref('closed_at'))]))
    .orderBy('closed_at')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}
