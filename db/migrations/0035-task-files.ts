/** The files that a task will likely touch, as its plan says. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table tasks add column files jsonb not null default '[]'`.execute(db);
}
