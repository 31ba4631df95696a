/** The commits that an epic has shown: heads of its pull requests, submissions and questions. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

/** The repository of a commit that is one of the epic's; undefined for any other commit. */
export async function repositoryOfCommit(db: Database, epicId: string, sha: string): Promise<string | undefined> {
  const { rows } = await sql<{ repository: string | null }>`
    select repository from pull_requests where epic_id = ${epicId} and head_sha = ${sha}
    union all
    select e.repository from epics e
    where e.id = ${epicId} and (
      exists (select 1 from human_requests r where r.epic_id = e.id and r.head_sha = ${sha})
      or exists (select 1 from submissions s where s.epic_id = e.id and s.head_sha = ${sha}))
    limit 1
  `.execute(db);
  return rows[0]?.repository ?? undefined;
}
