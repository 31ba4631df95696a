/** The caps of an epic in tokens, and those of its tasks. */
import type { Database } from '../connection.ts';

export interface TaskCaps {
  readonly taskKey: string;
  readonly capMicroUsd: number | null;
  readonly capTokens: number | null;
}

export async function readCaps(db: Database, epicId: string) {
  const [epic, tasks] = await Promise.all([
    db.selectFrom('budgets').select('cap_tokens as capTokens').where('epic_id', '=', epicId).executeTakeFirst(),
    db
      .selectFrom('task_budgets')
      .select(['task_key as taskKey', 'cap_microusd as capMicroUsd', 'cap_tokens as capTokens'])
      .where('epic_id', '=', epicId)
      .execute(),
  ]);
  return {
    capTokens: epic?.capTokens ?? null,
    tasks: new Map(tasks.map((caps): [string, TaskCaps] => [caps.taskKey, caps])),
  };
}
