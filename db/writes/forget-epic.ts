/** Takes rows of the projection away, so that they can be written again from the beginning. */
import type { Database } from '../connection.ts';
import type { ToldOrder } from '../reads/told-orders.ts';

/**
 * Forgets what these executions (an epic and, of its tasks and agents, those that Temporal still knows) have told.
 * Decisions, transcripts, ledger and evidence are no projection and stay. Returns the generation and version
 * of each row, read by the statement that resets it, so that no record is lost unseen.
 */
export async function forgetEpic(db: Database, epicId: string, workflowIds: readonly string[]): Promise<ToldOrder[]> {
  const order = ['workflow_id', 'generation', 'version'] as const;
  const agents = await db
    .deleteFrom('agents')
    .where('epic_id', '=', epicId)
    .where('workflow_id', 'in', workflowIds)
    .returning(order)
    .execute();
  const tasks = await db
    .deleteFrom('tasks')
    .where('epic_id', '=', epicId)
    .where((row) => row.or([row('workflow_id', 'in', workflowIds), row('generation', 'is', null)]))
    .returning(['key', ...order])
    .execute();
  const keys = tasks.map(({ key }) => key);
  if (keys.length > 0) {
    await db.deleteFrom('submissions').where('epic_id', '=', epicId).where('task_key', 'in', keys).execute();
    await db.deleteFrom('pull_requests').where('epic_id', '=', epicId).where('task_key', 'in', keys).execute();
  }
  await db.deleteFrom('pull_requests').where('epic_id', '=', epicId).where('task_key', 'is', null).execute();
  await db.deleteFrom('human_requests').where('epic_id', '=', epicId).execute();
  await db.deleteFrom('plan_revisions').where('epic_id', '=', epicId).execute();
  const epics = await db
    .selectFrom('epics')
    .select(order)
    .where('id', '=', epicId)
    .where('workflow_id', 'in', workflowIds)
    .forUpdate()
    .execute();
  // Not deleted: rows of tasks that stay hang on it. Whatever is written next is newer.
  await db.updateTable('epics').set({ generation: 0, version: 0, closed_at: null }).where('id', '=', epicId).execute();
  // Tasks that have not begun have recorded nothing.
  const begun = tasks.flatMap(({ workflow_id, generation, version }) =>
    generation === null || version === null ? [] : [{ workflow_id, generation, version }],
  );
  return [...epics, ...begun, ...agents];
}
