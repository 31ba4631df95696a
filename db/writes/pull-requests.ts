/** The pull requests of an epic and its tasks, for screens; the forge has the truth. */

import { sql } from 'kysely';
import { defined } from '../../workflows/contract/optional-fields.ts';
import type { PullRequestView } from '../../workflows/contract/pull-request.ts';
import type { Database } from '../connection.ts';

/**
 * Writes a pull request under its epic's repository. Merged is the last word, and the task stays named: in an epic of
 * one task both tell the same pull request, one of them later than the other.
 */
export async function writePullRequest(
  db: Database,
  owner: { readonly epicId: string; readonly taskKey?: string | undefined },
  view: PullRequestView,
): Promise<void> {
  await sql`
    insert into pull_requests as known
      (repository, number, epic_id, task_key, url, title, head, base, head_sha, state, merged_sha)
    select repository, ${view.number}, id, ${owner.taskKey ?? null}, ${view.url}, ${view.title}, ${view.head},
      ${view.base}, ${view.headSha}, ${view.state}, ${view.mergedSha ?? null}
    from epics where id = ${owner.epicId} and repository is not null
    on conflict (repository, number) do update set
      task_key = coalesce(known.task_key, excluded.task_key), url = excluded.url, title = excluded.title,
      head = excluded.head, base = excluded.base, head_sha = excluded.head_sha, state = excluded.state,
      merged_sha = excluded.merged_sha, updated_at = now()
    where known.state <> 'merged'
      and (known.task_key is null and excluded.task_key is not null
        or (known.url, known.title, known.head, known.base, known.head_sha, known.state, known.merged_sha)
          is distinct from (excluded.url, excluded.title, excluded.head, excluded.base, excluded.head_sha,
            excluded.state, excluded.merged_sha))
  `.execute(db);
}

/** How one ended whose workflow may tell it no more. */
export async function endPullRequest(
  db: Database,
  { repository, number }: { readonly repository: string; readonly number: number },
  { state, mergedSha }: Pick<PullRequestView, 'state' | 'mergedSha'>,
): Promise<void> {
  await db
    .updateTable('pull_requests')
    .set({ state, updated_at: sql<Date>`now()`, ...defined({ merged_sha: mergedSha }) })
    .where('repository', '=', repository)
    .where('number', '=', number)
    .where('state', '=', 'open')
    .execute();
}
