/** Branches that are merged into: who wants to, how it went lately, and how long it took. */
import { sql } from 'kysely';
import type { SubmissionView } from '../../workflows/contract/records.ts';
import type { Database } from '../connection.ts';
import { isoTime } from './columns.ts';

export interface Lane {
  readonly repository: string;
  readonly branch: string;
  /** Something that is open is to be merged into it. */
  readonly isWanted: boolean;
}

/** Of verdicts and lead times. */
const LATELY_DAYS = 7;
const MOST_LANES = 100;
const MOST_VERDICTS = 20;

/**
 * The branches that open work goes to, and of those that are no epic's own, the ones that were merged into lately. `more`
 * says that there are others, which are not read.
 */
export async function listLanes(db: Database): Promise<{ readonly lanes: Lane[]; readonly more: boolean }> {
  const { rows } = await sql<Lane>`
    with lanes as (
      select p.repository, p.base as branch, p.state = 'open' as wanted, p.updated_at
      from pull_requests p
      where p.state = 'open' or (p.state = 'merged' and p.base not like 'factory/%/epic'
        and p.updated_at > now() - make_interval(days => ${LATELY_DAYS}))
      union all
      select repository, base_branch, true, updated_at from epics
      where closed_at is null and repository is not null and base_branch is not null
    )
    select repository, branch, bool_or(wanted) as "isWanted"
    from lanes group by repository, branch
    order by bool_or(wanted) desc, max(updated_at) desc
    limit ${MOST_LANES + 1}
  `.execute(db);
  return { lanes: rows.slice(0, MOST_LANES), more: rows.length > MOST_LANES };
}

export interface LaneVerdict {
  readonly repository: string;
  readonly branch: string;
  readonly epicId: string;
  readonly taskKey: string | null;
  /** Of the task, or of the epic whose own pull request it is. */
  readonly title: string;
  readonly submission: number | null;
  readonly verdict: SubmissionView['state'];
  readonly headSha: string;
  readonly at: string;
}

/** What became of submissions lately, newest first: of tasks those that were merged or sent back, of epics the merges. */
export async function listLaneVerdicts(db: Database, lanes: readonly Lane[]): Promise<LaneVerdict[]> {
  const { rows } = await sql<Omit<LaneVerdict, 'at'> & { at: Date }>`
    select lane.repository, lane.branch, verdict.*,
      coalesce(
        (select title from tasks where tasks.epic_id = verdict."epicId" and tasks.key = verdict."taskKey"),
        (select title from epics where epics.id = verdict."epicId"), '') as title
    from ${asTable(lanes)}, lateral (
      select s.epic_id as "epicId", s.task_key as "taskKey", s.number as submission, s.state as verdict,
        s.head_sha as "headSha", s.updated_at as at
      from pull_requests p join submissions s on s.epic_id = p.epic_id and s.task_key = p.task_key
      where p.repository = lane.repository and p.base = lane.branch and s.state in ('merged', 'red', 'conflict')
        and s.updated_at > now() - make_interval(days => ${LATELY_DAYS})
      union all
      select epic_id, null, null, 'merged', head_sha, updated_at from pull_requests
      where repository = lane.repository and base = lane.branch and task_key is null and state = 'merged'
        and updated_at > now() - make_interval(days => ${LATELY_DAYS})
      order by at desc limit ${MOST_VERDICTS}
    ) as verdict
    order by at desc
  `.execute(db);
  return rows.map((row) => ({ ...row, at: isoTime(row.at) }));
}

const asTable = (lanes: readonly Lane[]) => sql`
  unnest(${lanes.map(({ repository }) => repository)}::text[], ${lanes.map(({ branch }) => branch)}::text[])
    as lane (repository, branch)`;

export interface LeadTime {
  readonly repository: string;
  readonly branch: string;
  readonly merges: number;
  readonly medianSeconds: number;
  readonly p90Seconds: number;
}

/** From the start of what was merged lately to its end. */
export async function listLeadTimes(db: Database, lanes: readonly Lane[]): Promise<LeadTime[]> {
  const { rows } = await sql<LeadTime>`
    with merged as (
      select lane.repository, lane.branch,
        extract(epoch from coalesce(t.closed_at, e.closed_at) - coalesce(t.started_at, e.started_at)) as seconds
      from ${asTable(lanes)}
      join pull_requests p on p.repository = lane.repository and p.base = lane.branch and p.state = 'merged'
      join epics e on e.id = p.epic_id
      left join tasks t on t.epic_id = p.epic_id and t.key = p.task_key
      where coalesce(t.closed_at, e.closed_at) > now() - make_interval(days => ${LATELY_DAYS})
    )
    select repository, branch, count(*)::int as merges,
      percentile_cont(0.5) within group (order by seconds)::float8 as "medianSeconds",
      percentile_cont(0.9) within group (order by seconds)::float8 as "p90Seconds"
    from merged where seconds is not null group by repository, branch
  `.execute(db);
  return rows;
}

export interface LaneWork {
  readonly workflowId: string;
  readonly epicId: string;
  readonly epicTitle: string;
  readonly taskKey: string | null;
  readonly title: string;
  readonly pullRequest: number | null;
  readonly repository: string | null;
  readonly branch: string | null;
  readonly priority: number;
  /** Since when it waits for its turn, as it recorded itself; null while it does not. */
  readonly waitsSince: string | null;
}

/** Open tasks and epics that a line may know, by their workflow ids or because they record that they wait for a turn. */
export async function listLaneWork(db: Database, workflowIds: readonly string[]): Promise<LaneWork[]> {
  const { rows } = await sql<LaneWork>`
    with work as (
      select e.workflow_id, e.id as epic_id, e.title as epic_title, null as task_key, e.title, e.pull_request,
        e.repository, e.base_branch as branch, e.priority, e.hold
      from epics e where e.closed_at is null
      union all
      select t.workflow_id, e.id, e.title, t.key, t.title, t.pull_request, e.repository, p.base, e.priority, t.hold
      from tasks t join epics e on e.id = t.epic_id
      left join pull_requests p on p.repository = e.repository and p.number = t.pull_request
      where t.closed_at is null and e.closed_at is null
    )
    select workflow_id as "workflowId", epic_id as "epicId", epic_title as "epicTitle", task_key as "taskKey", title,
      pull_request as "pullRequest", repository, branch, priority,
      case when hold ->> 'kind' = 'lane' then hold ->> 'since' end as "waitsSince"
    from work where workflow_id = any(${[...workflowIds]}::text[]) or hold ->> 'kind' = 'lane'
  `.execute(db);
  return rows;
}
