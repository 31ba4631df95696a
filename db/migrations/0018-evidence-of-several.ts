/** Evidence of one commit that comes from verifying it together with others. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // The commit that held all of them; null when this one was verified by itself.
  await db.schema.alterTable('evidence').addColumn('covered_by', 'text').execute();
}
