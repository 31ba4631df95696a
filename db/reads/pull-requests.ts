/** An epic's pull requests for screens. */
import type { PullRequestView } from '../../workflows/contract/pull-request.ts';
import type { Database } from '../connection.ts';

/** All of an epic, or only those of one of its tasks. */
export async function readPullRequests(db: Database, epicId: string, taskKey?: string) {
  const rows = await db
    .selectFrom('pull_requests')
    .selectAll()
    .where('epic_id', '=', epicId)
    .$if(taskKey !== undefined, (query) => query.where('task_key', '=', taskKey ?? ''))
    .orderBy('number')
    .execute();
  return rows.map((row) => ({
    repository: row.repository,
    number: row.number,
    taskKey: row.task_key,
    url: row.url,
    title: row.title,
    head: row.head,
    base: row.base,
    headSha: row.head_sha,
    state: row.state as PullRequestView['state'],
    mergedSha: row.merged_sha,
  }));
}
