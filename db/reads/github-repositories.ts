/** Which repository of GitHub a configured one is. */
import type { Database } from '../connection.ts';

export interface GitHubRepositoryRow {
  readonly repository: string;
  readonly host: string;
  readonly node_id: string;
  /** `owner/name`, as it was called when an epic last opened it. */
  readonly full_name: string;
}

export async function readGitHubRepository(db: Database, repository: string): Promise<GitHubRepositoryRow | undefined> {
  return await db
    .selectFrom('github_repositories')
    .select(['repository', 'host', 'node_id', 'full_name'])
    .where('repository', '=', repository)
    .executeTakeFirst();
}
