/** The caps of epics and of their tasks, in micro-USD and tokens. */
import { sql } from 'kysely';
import type { Cap, TaskBudget } from '../../workflows/contract/budget.ts';
import type { Database } from '../connection.ts';

/** Sets a cap to a value, not by a difference, so that doing it twice is harmless. It may be the epic's first. */
export async function writeCap(db: Database, epicId: string, { unit, taskKey, amount }: Cap): Promise<void> {
  const cap = unit === 'usd' ? { cap_microusd: amount } : { cap_tokens: amount };
  const row = { ...cap, updated_at: sql<Date>`now()` };
  if (taskKey !== undefined) {
    await db
      .insertInto('task_budgets')
      .values({ epic_id: epicId, task_key: taskKey, ...row })
      .onConflict((conflict) => conflict.columns(['epic_id', 'task_key']).doUpdateSet(row))
      .execute();
    return;
  }
  await db
    .insertInto('budgets')
    .values({ epic_id: epicId, ...row })
    .onConflict((conflict) => conflict.column('epic_id').doUpdateSet(row))
    .execute();
}

/** Sets the caps that an epic does not have yet; those that a person has set stay. Harmless twice: no cap is removed. */
export async function writeFirstBudget(db: Database, epicId: string, budget: FirstBudget): Promise<void> {
  const { microUsd = null, tokens = null } = budget;
  if (microUsd === null && tokens === null) return;
  await sql`
    insert into budgets as known (epic_id, cap_microusd, cap_tokens)
    values (${epicId}, ${microUsd}::bigint, ${tokens}::bigint)
    on conflict (epic_id) do update set
      cap_microusd = coalesce(known.cap_microusd, excluded.cap_microusd),
      cap_tokens = coalesce(known.cap_tokens, excluded.cap_tokens)
    where (known.cap_microusd is null and excluded.cap_microusd is not null)
      or (known.cap_tokens is null and excluded.cap_tokens is not null)
  `.execute(db);
}

/** A cap that is left out is not set. */
interface FirstBudget {
  readonly microUsd?: number | undefined;
  readonly tokens?: number | undefined;
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
