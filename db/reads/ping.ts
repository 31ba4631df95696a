/** Whether PostgreSQL answers. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

/** Throws when it does not. */
export async function pingDatabase(db: Database): Promise<void> {
  await sql`select 1`.execute(db);
}
