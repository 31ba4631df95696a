/** The commits that a task handed in. */
import type { SubmissionView } from '../../workflows/contract/records.ts';
import type { Database } from '../connection.ts';

/** Oldest first. Numbers begin again when the task runs again, and those that it has not reached yet stay of the run before. */
export async function readSubmissions(db: Database, epicId: string, key: string) {
  const rows = await db
    .selectFrom('submissions')
    .select(['number', 'head_sha', 'tree_sha', 'state'])
    .where('epic_id', '=', epicId)
    .where('task_key', '=', key)
    .orderBy('number')
    .execute();
  return rows.map((row) => ({
    number: row.number,
    headSha: row.head_sha,
    treeSha: row.tree_sha,
    state: row.state as SubmissionView['state'],
  }));
}
