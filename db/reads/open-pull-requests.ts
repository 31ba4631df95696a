/** The open pull requests that the outside speaks of. */
import type { Database } from '../connection.ts';

/** Finds open pull requests by the address of their page, or by the branch that they come from. */
export async function findOpenPullRequests(
  db: Database,
  { urls, heads }: Readonly<Record<'urls' | 'heads', readonly string[]>>,
): Promise<{ number: number; head: string }[]> {
  if (urls.length + heads.length === 0) return [];
  return await db
    .selectFrom('pull_requests')
    .select(['number', 'head'])
    .where('state', '=', 'open')
    .where((where) =>
      where.or([
        ...(urls.length > 0 ? [where('url', 'in', urls)] : []),
        ...(heads.length > 0 ? [where('head', 'in', heads)] : []),
      ]),
    )
    .execute();
}
