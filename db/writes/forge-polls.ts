/** Remembers the last list of a repository's pull requests. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';
import { json } from '../json.ts';
import type { SeenPullRequests } from '../reads/forge-polls.ts';

export async function writeForgePoll(
  db: Database,
  poll: { repository: string; etag: string | undefined; seen: SeenPullRequests },
): Promise<void> {
  const row = { etag: poll.etag ?? null, seen: json(poll.seen), polled_at: sql<Date>`now()` };
  await db
    .insertInto('forge_polls')
    .values({ repository: poll.repository, ...row })
    .onConflict((conflict) => conflict.column('repository').doUpdateSet(row))
    .execute();
}
