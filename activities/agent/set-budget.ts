/** Caps on what the model calls of an epic or task may use. */
import type { Database } from '../../db/connection.ts';
import { readSpent } from '../../db/reads/budgets.ts';
import { writeCap } from '../../db/writes/budgets.ts';
import type { Cap } from '../../workflows/contract/budget.ts';

/** Scheduled before there were caps besides the epic's in micro-USD, it has only that. */
type SetBudgetInput = { readonly epicId: string } & ({ readonly cap: Cap } | { readonly capMicroUsd: number });

export function createSetBudget({ db }: { db: Database }) {
  return {
    /**
     * Sets a cap of the epic or a task and returns how much is spent under it, in its unit.
     * Idempotent: the cap is a value, not a difference. One below what is spent only stops further calls.
     * Fails: only when PostgreSQL is away (retried).
     * Runs on: factory.
     */
    async setBudget(input: SetBudgetInput): Promise<{ readonly spent: number }> {
      const cap: Cap = 'cap' in input ? input.cap : { unit: 'usd', amount: input.capMicroUsd };
      await writeCap(db, input.epicId, cap);
      return { spent: await readSpent(db, input.epicId, cap) };
    },
  };
}
