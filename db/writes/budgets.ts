/** The caps of epics and of their tasks, in micro-USD and tokens. */
import { sql } from 'kysely';
import type { Cap, TaskBudget } from '../../workflows/contract/budget.ts';
import type { Database } from '../connection.ts';

/** Sets a cap to a value, not by a difference, so that doing it twice is harmless. Only an epic with a budget has tokens. */
export async function writeCap(db: Database, epicId: string, { unit, taskKey, amount }: Cap): Promise<void> {
  if (taskKey !== undefined) await writeTaskCap(db, { epicId, taskKey, unit, amount });
  else if (unit === 'usd') await writeBudget(db, epicId, amount);
  else {
    const row = { cap_tokens: amount, updated_at: sql<Date>`now()` };
    await db.updateTable('budgets').set(row).where('epic_id', '=', epicId).execute();
  }
}

/** Sets the cap of an epic in micro-USD. */
export async function writeBudget(db: Database, epicId: string, capMicroUsd: number): Promise<void> {
  const row = { cap_microusd: capMicroUsd, updated_at: sql<Date>`now()` };
  await db
    .insertInto('budgets')
    .values({ epic_id: epicId, ...row })
    .onConflict((conflict) => conflict.column('epic_id').doUpdateSet(row))
    .execute();
}

async function writeTaskCap(
  db: Database,
  {
    epicId,
    taskKey,
    unit,
    amount,
  }: Pick<Cap, 'amount' | 'unit'> & { readonly epicId: string; readonly taskKey: string },
): Promise<void> {
  const cap = unit === 'usd' ? { cap_microusd: amount } : { cap_tokens: amount };
  const row = { ...cap, updated_at: sql<Date>`now()` };
  await db
    .insertInto('task_budgets')
    .values({ epic_id: epicId, task_key: taskKey, ...row })
    .onConflict((conflict) => conflict.columns(['epic_id', 'task_key']).doUpdateSet(row))
    .execute();
}

/** Sets the caps of an epic that has none yet; raised ones stay. */
export async function writeFirstBudget(
  db: Database,
  epicId: string,
  { microUsd, tokens }: { readonly microUsd: number; readonly tokens?: number | undefined },
): Promise<void> {
  await db
    .insertInto('budgets')
    .values({ epic_id: epicId, cap_microusd: microUsd, cap_tokens: tokens ?? null })
    .onConflict((conflict) => conflict.column('epic_id').doNothing())
    .execute();
}

/** Sets the caps of a task that it has not got yet; those that a person set stay. */
export async function writeFirstTaskBudget(
  db: Database,
  { epicId, taskKey, budget }: { readonly epicId: string; readonly taskKey: string; readonly budget: TaskBudget },
): Promise<void> {
  const { microUsd = null, tokens = null } = budget;
  await sql`
    insert into task_budgets as known (epic_id, task_key, cap_microusd, cap_tokens)
    values (${epicId}, ${taskKey}, ${microUsd}::bigint, ${tokens}::bigint)
    on conflict (epic_id, task_key) do update set
      cap_microusd = coalesce(known.cap_microusd, excluded.cap_microusd),
      cap_tokens = coalesce(known.cap_tokens, excluded.cap_tokens)
    where (known.cap_microusd is null and excluded.cap_microusd is not null)
      or (known.cap_tokens is null and excluded.cap_tokens is not null)
  `.execute(db);
}
