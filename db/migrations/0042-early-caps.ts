/** A cap in tokens may be set before the one in dollars is settled. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table budgets alter column cap_microusd drop not null`.execute(db);
}
