/** The caps of a task, as its plan says; those in force are in task_budgets. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table tasks add column budget_usd double precision, add column budget_tokens bigint`.execute(db);
}
