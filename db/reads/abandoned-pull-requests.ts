/** Pull requests whose epic was ended from outside, so that no workflow is left to close them. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

export interface AbandonedPullRequest {
  readonly repository: string;
  readonly number: number;
  readonly epicId: string;
  readonly taskKey: string | null;
  readonly epicTitle: string;
  /** When the epic ended; it may have been reset since it ended before. */
  readonly endedAt: Date;
}

/** Open ones of epics that ended within `days`. A task that is still open closes its own. */
export async function abandonedPullRequests(db: Database, days: number): Promise<AbandonedPullRequest[]> {
  const { rows } = await sql<AbandonedPullRequest>`
    select p.repository, p.number, p.epic_id as "epicId", p.task_key as "taskKey", e.title as "epicTitle", e.closed_at as "endedAt"
    from pull_requests p
    join epics e on e.id = p.epic_id
    left join tasks t on t.epic_id = p.epic_id and t.key = p.task_key
    where p.state = 'open' and e.failure ->> 'type' = 'ClosedFromOutside'
      and e.closed_at > now() - make_interval(days => ${days})
      and (p.task_key is null or t.closed_at is not null)
    order by p.repository, p.number
  `.execute(db);
  return rows;
}
