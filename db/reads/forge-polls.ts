/** The last list of a repository's pull requests. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

/** By head branch: its number, and a mark that changes with it. */
export type SeenPullRequests = Readonly<Record<string, { readonly number: number; readonly mark: string }>>;

export async function readForgePoll(db: Database, repository: string) {
  const row = await db
    .selectFrom('forge_polls')
    .select(['etag', 'seen', sql<number>`extract(epoch from now() - polled_at)::float8`.as('age')])
    .where('repository', '=', repository)
    .executeTakeFirst();
  return row && { etag: row.etag ?? undefined, seen: row.seen as SeenPullRequests, ageSeconds: row.age };
}
