/** When the checkpoints of a closed epic were taken off the forge; where that is lost they are looked for once more. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table epics add column swept_at timestamptz`.execute(db);
}
