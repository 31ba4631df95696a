/** What lists read: the cost of an epic from its index alone, and the pull requests into a branch. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index ledger_by_epic_cost on ledger (epic_id) include (settled_microusd);
    drop index ledger_by_epic;
    create index pull_requests_by_base on pull_requests (repository, base);
  `.execute(db);
}
