/** What was verified together counts for a single commit only as long as the others follow it, so it is told apart. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // The commit that held it and the others, when it was not verified by itself.
  await db.schema.alterTable('evidence').addColumn('covered_by', 'text').execute();
}
