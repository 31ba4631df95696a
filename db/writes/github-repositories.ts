/** Which repository of GitHub a configured one is. */
import type { Database } from '../connection.ts';
import { type GitHubRepositoryRow, readGitHubRepository } from '../reads/github-repositories.ts';

/** Notes what a repository is, or its new name; one that is known as another stays that, and is returned. */
export async function noteGitHubRepository(db: Database, row: GitHubRepositoryRow): Promise<GitHubRepositoryRow> {
  await db
    .insertInto('github_repositories')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .column('repository')
        .doUpdateSet({ full_name: row.full_name })
        .whereRef('github_repositories.node_id', '=', 'excluded.node_id')
        .whereRef('github_repositories.host', '=', 'excluded.host'),
    )
    .execute();
  return (await readGitHubRepository(db, row.repository)) ?? row;
}
