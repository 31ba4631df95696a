/** Who waits for a slot on a host, and since when: slots go to the first in order, not to whose claim comes at the right moment. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table slot_waits (
      holder text primary key,
      priority integer not null,
      since timestamptz not null default now(),
      asked_at timestamptz not null default now()
    )
  `.execute(db);
}
