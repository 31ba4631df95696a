/** Which folder the local forge is. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

export interface ForgeHomeRow {
  readonly id: string;
  readonly host: string;
  readonly folder: string;
}

/**
 * Returns the forge's home; without one, `prepare` runs and the given folder becomes it. One caller at a time, since
 * worker processes of one machine start together.
 */
export async function claimForgeHome(
  db: Database,
  mine: ForgeHomeRow,
  prepare: () => Promise<void>,
): Promise<ForgeHomeRow> {
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('forge home', 0))`.execute(trx);
    const known = await trx.selectFrom('forge_home').select(['id', 'host', 'folder']).executeTakeFirst();
    if (known !== undefined) return known;
    await prepare();
    await trx.insertInto('forge_home').values(mine).execute();
    return mine;
  });
}
