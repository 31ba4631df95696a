/** Takes rows of the projection away, so that they can be written again from the beginning. */
import type { Database } from '../connection.ts';

/**
 * Forgets what these executions (an epic and, of its tasks and agents, those that Temporal still knows) have told.
 * Decisions, transcripts, ledger and evidence are no projection and stay.
 */
export async function forgetEpic(db: Database, epicId: string, workflowIds: readonly string[]): Promise<void> {
  await db.deleteFrom('agents').where('epic_id', '=', epicId).where('workflow_id', 'in', workflowIds).execute();
  const tasks = await db
    .deleteFrom('tasks')
    .where('epic_id', '=', epicId)
    .where((row) => row.or([row('workflow_id', 'in', workflowIds), row('generation', 'is', null)]))
    .returning('key')
    .execute();
  const keys = tasks.map(({ key }) => key);
  if (keys.length > 0) {
    await db.deleteFrom('submissions').where('epic_id', '=', epicId).where('task_key', 'in', keys).execute();
    await db.deleteFrom('pull_requests').where('epic_id', '=', epicId).where('task_key', 'in', keys).execute();
  }
  await db.deleteFrom('pull_requests').where('epic_id', '=', epicId).where('task_key', 'is', null).execute();
  await db.deleteFrom('human_requests').where('epic_id', '=', epicId).execute();
  await db.deleteFrom('plan_revisions').where('epic_id', '=', epicId).execute();
  // Not deleted: rows of tasks that stay hang on it. Whatever is written next is newer.
  await db.updateTable('epics').set({ generation: 0, version: 0, closed_at: null }).where('id', '=', epicId).execute();
}
