/** Which step wrote a brief: one that is still at work when its retry has opened the round must not open another. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table briefs add column round text`.execute(db);
  await sql`create unique index briefs_by_round on briefs (transcript, round)`.execute(db);
}
