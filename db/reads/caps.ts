/** The caps of an epic in tokens, and those of its tasks. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

export interface TaskCaps {
  readonly taskKey: string;
  readonly capMicroUsd: number | null;
  readonly capTokens: number | null;
}

/** A task that has made no call yet has the caps of its plan, else those that every task of the epic has. */
export async function readCaps(db: Database, epicId: string) {
  const [epic, tasks] = await Promise.all([
    db.selectFrom('budgets').select('cap_tokens as capTokens').where('epic_id', '=', epicId).executeTakeFirst(),
    sql<TaskCaps>`
      with planned as (
        select tasks.key,
          coalesce(round(budget_usd * 1000000)::bigint, (settings->'taskBudget'->>'microUsd')::bigint) as cap_microusd,
          coalesce(budget_tokens, (settings->'taskBudget'->>'tokens')::bigint) as cap_tokens
        from tasks join epics on epics.id = tasks.epic_id
        where tasks.epic_id = ${epicId}
      ), set_by_now as (
        select task_key as key, cap_microusd, cap_tokens from task_budgets where epic_id = ${epicId}
      )
      select key as "taskKey",
        coalesce(set_by_now.cap_microusd, planned.cap_microusd) as "capMicroUsd",
        coalesce(set_by_now.cap_tokens, planned.cap_tokens) as "capTokens"
      from set_by_now full join planned using (key)
    `.execute(db),
  ]);
  return {
    capTokens: epic?.capTokens ?? null,
    tasks: new Map(tasks.rows.map((caps): [string, TaskCaps] => [caps.taskKey, caps])),
  };
}
