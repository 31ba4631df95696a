/** When a finding was written down for its commit, which may be long after the check ran: findings count again elsewhere. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table evidence add column recorded_at timestamptz`.execute(db);
  await sql`update evidence set recorded_at = finished_at`.execute(db);
  await sql`alter table evidence alter column recorded_at set default now(), alter column recorded_at set not null`.execute(
    db,
  );
}
