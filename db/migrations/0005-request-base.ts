/** The branch that a commit is to go into, for requests about one that has no pull request yet. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table human_requests add column base text`.execute(db);
}
