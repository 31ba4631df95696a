/** What an epic may spend, has spent and has reserved. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

export interface BudgetState {
  readonly capMicroUsd: number;
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
