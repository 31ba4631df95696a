/** The local forge's pull requests, as rows. */
import type { Selectable } from 'kysely';
import type { Database } from '../connection.ts';
import type { ForgePullRequests } from '../schema.ts';

export type PullRequestRow = Selectable<ForgePullRequests>;

export async function findPullRequestByHead(
  db: Database,
  key: { repository: string; head: string },
): Promise<PullRequestRow | undefined> {
  return await db
    .selectFrom('forge_pull_requests')
    .selectAll()
    .where('repository', '=', key.repository)
    .where('head', '=', key.head)
    .executeTakeFirst();
}

export async function findPullRequestByNumber(
  db: Database,
  key: { repository: string; number: number },
): Promise<PullRequestRow | undefined> {
  return await db
    .selectFrom('forge_pull_requests')
    .selectAll()
    .where('repository', '=', key.repository)
    .where('number', '=', key.number)
    .executeTakeFirst();
}
