/** Claims of a slot are ordered by what asked for them instead of by Temporal's clock. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    alter table placements
      -- The run of the holder that claimed it, or gave it back, last, and the activity in that run; rows from before do not say.
      add column generation integer,
      add column step integer,
      drop column claimed_at
  `.execute(db);
}
