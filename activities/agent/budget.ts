/** An epic's cap on what its model calls may cost. */
import type { Database } from '../../db/connection.ts';
import { type BudgetState, readBudget } from '../../db/reads/budgets.ts';
import { writeBudget } from '../../db/writes/budgets.ts';

export function createBudget({ db }: { db: Database }) {
  return {
    /**
     * Sets the epic's cap and tells how much of it is spent and reserved.
     * Idempotent: the cap is a value, not a difference. One below what is spent only stops further calls.
     * Fails: only when PostgreSQL is away (retried).
     * Runs on: factory.
     */
    async setBudget({ epicId, capMicroUsd }: { epicId: string; capMicroUsd: number }): Promise<BudgetState> {
      await writeBudget(db, epicId, capMicroUsd);
      return (await readBudget(db, epicId)) as BudgetState;
    },
  };
}
