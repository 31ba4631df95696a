/** The local forge's pull requests, as rows. */
import type { Selectable } from 'kysely';
import type { Database } from '../connection.ts';
import type { ForgePullRequests } from '../schema.ts';

export type PullRequestRow = Selectable<ForgePullRequests>;

export async function findPullRequestByHead(
  db: Database,
  { repository, head }: { repository: string; head: string },
): Promise<PullRequestRow | undefined> {
  return await pullRequests(db, repository).where('head', '=', head).executeTakeFirst();
}

export async function findPullRequestByNumber(
  db: Database,
  { repository, number }: { repository: string; number: number },
): Promise<PullRequestRow | undefined> {
  return await pullRequests(db, repository).where('number', '=', number).executeTakeFirst();
}

const pullRequests = (db: Database, repository: string) =>
  db.selectFrom('forge_pull_requests').selectAll().where('repository', '=', repository);
