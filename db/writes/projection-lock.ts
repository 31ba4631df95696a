/** Lets records of an epic and its tasks run side by side, and none while its projection is rebuilt; agents' need no lock. */
import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../connection.ts';

const key = (epicId: string): RawBuilder<string> => sql<string>`hashtextextended(${`projection ${epicId}`}, 0)`;

/** For the transaction of a record, first of all in it. */
export async function shareProjection(transaction: Database, epicId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${key(epicId)})`.execute(transaction);
}

/** Waits for the records under way, and holds those that follow for as long as the transaction lasts. */
export async function lockProjection(transaction: Database, epicId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(${key(epicId)})`.execute(transaction);
}
