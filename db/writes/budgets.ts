/** The caps of epics, in micro-USD. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

/** Sets the cap to a value, not by a difference, so that doing it twice is harmless. */
export async function writeBudget(db: Database, epicId: string, capMicroUsd: number): Promise<void> {
  const row = { cap_microusd: capMicroUsd, updated_at: sql<Date>`now()` };
  await db
    .insertInto('budgets')
    .values({ epic_id: epicId, ...row })
    .onConflict((conflict) => conflict.column('epic_id').doUpdateSet(row))
    .execute();
}

/** Sets the cap of an epic that has none yet; a raised one stays. */
export async function writeFirstBudget(db: Database, epicId: string, capMicroUsd: number): Promise<void> {
  await db
    .insertInto('budgets')
    .values({ epic_id: epicId, cap_microusd: capMicroUsd })
    .onConflict((conflict) => conflict.column('epic_id').doNothing())
    .execute();
}
