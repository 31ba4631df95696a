/** Evidence of clean checkouts, apart from what ran where Workers had worked. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('evidence')
    // What there is from before was not.
    .addColumn('clean', 'boolean', (column) => column.notNull().defaultTo(false))
    .execute();
}
