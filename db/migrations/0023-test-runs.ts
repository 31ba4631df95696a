/** The tests that ran in a check, beside its evidence. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Runs of the same tests are the same row, however many commits and tasks they are evidence of.
  await db.schema
    .createTable('test_runs')
    .addColumn('hash', 'text', (column) => column.primaryKey())
    .addColumn('report', 'bytea', (column) => column.notNull())
    .execute();
  // Evidence from before does not say.
  await db.schema.alterTable('evidence').addColumn('test_runs_hash', 'text').execute();
  await db.schema.createIndex('evidence_by_tree').on('evidence').columns(['tree_sha', 'check_name']).execute();
}
