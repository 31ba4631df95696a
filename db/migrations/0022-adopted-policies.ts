/** The policy that evidence was found under, and how often a request was asked in other words. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // What there is from before does not say.
  await db.schema.alterTable('evidence').addColumn('policy_hash', 'text').execute();
  await db.schema
    .alterTable('human_requests')
    .addColumn('revision', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
}
