/** The pause of the whole factory: one row while it lasts, which every step that must not begin reads first. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table factory_pause (
      singleton boolean primary key default true check (singleton),
      by text not null,
      comment text,
      since timestamptz not null default now()
    )
  `.execute(db);
}
