/** The open pull requests that the outside speaks of. */
import type { Database } from '../connection.ts';

/** By their page, the branch that they come from, or the one that they go to. */
export async function findOpenPullRequests(
  db: Database,
  { urls, heads, bases }: Readonly<Record<'urls' | 'heads' | 'bases', readonly string[]>>,
): Promise<{ number: number; head: string }[]> {
  if (urls.length + heads.length + bases.length === 0) return [];
  return await db
    .selectFrom('pull_requests')
    .select(['number', 'head'])
    .where('state', '=', 'open')
    .where((where) =>
      where.or([
        ...(urls.length > 0 ? [where('url', 'in', urls)] : []),
        ...(heads.length > 0 ? [where('head', 'in', heads)] : []),
        ...(bases.length > 0 ? [where('base', 'in', bases)] : []),
      ]),
    )
    .execute();
}
