/** What commands run in on each host, as its worker process found it, and for each placement as it was then. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table hosts add column sandbox text;
    alter table placements add column sandbox text;
  `.execute(db);
}
