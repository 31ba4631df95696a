/** The revisions of an epic's plan: what each changed, who made it and why. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table plan_revisions (
      epic_id text not null,
      number integer not null,
      at timestamptz not null,
      made_by text not null,
      why text not null,
      -- A line for each task that it changed.
      changes jsonb not null,
      primary key (epic_id, number)
    )
  `.execute(db);
}
