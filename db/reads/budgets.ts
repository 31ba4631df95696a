/** What an epic or one of its tasks may use, has used and has reserved. */
import { sql } from 'kysely';
import type { CapOf } from '../../workflows/contract/budget.ts';
import type { Database } from '../connection.ts';

export interface BudgetState {
  /** null until the epic's repository is read, unless the epic was submitted with a cap or a person set one. */
  readonly capMicroUsd: number | null;
  readonly spentMicroUsd: number;
  readonly reservedMicroUsd: number;
}

export async function readBudget(db: Database, epicId: string): Promise<BudgetState | undefined> {
  return db
    .selectFrom('budgets')
    .leftJoin('ledger', 'ledger.epic_id', 'budgets.epic_id')
    .select([
      'cap_microusd as capMicroUsd',
      sql<number>`coalesce(sum(settled_microusd), 0)::bigint`.as('spentMicroUsd'),
      sql<number>`coalesce(sum(reserved_microusd) filter (where outcome = 'open'), 0)::bigint`.as('reservedMicroUsd'),
    ])
    .where('budgets.epic_id', '=', epicId)
    .groupBy('cap_microusd')
    .executeTakeFirst();
}

/** What was settled under a cap, in its unit. */
export async function readSpent(db: Database, epicId: string, { unit, taskKey }: CapOf): Promise<number> {
  const column = unit === 'usd' ? sql.ref('settled_microusd') : sql.ref('settled_tokens');
  const row = await db
    .selectFrom('ledger')
    .select(sql<number>`coalesce(sum(${column}), 0)::bigint`.as('spent'))
    .where('epic_id', '=', epicId)
    .$if(taskKey !== undefined, (query) => query.where('task_key', '=', taskKey ?? ''))
    .executeTakeFirstOrThrow();
  return row.spent;
}
