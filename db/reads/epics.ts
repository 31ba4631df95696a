/** Epics for screens: the list, and one with all that belongs to it. */
import { type Selectable, sql } from 'kysely';
import type { EpicSettings } from '../../workflows/contract/settings.ts';
import { EPIC_STATES, FINAL_STATES } from '../../workflows/contract/state-names.ts';
import type { EpicState } from '../../workflows/contract/states.ts';
import type { Database } from '../connection.ts';
import type { Epics } from '../schema.ts';
import { readAgents } from './agents.ts';
import { isoTime, isoTimeOrNull, usd, waiting } from './columns.ts';
import { readCost } from './costs.ts';
import { EPIC_EVIDENCE, readEvidence } from './evidence.ts';
import { listOpenRequests } from './human-requests.ts';
import { listUnapplied } from './messages.ts';
import { readPullRequests } from './pull-requests.ts';
import { readSandboxes } from './sandboxes.ts';
import { readEpicTasks } from './tasks.ts';
import { unrunUnder } from './unrun-checks.ts';

export interface EpicFilter {
  /** `open`: all that have not ended. */
  readonly state?: EpicState | 'open' | undefined;
  /** Only epics that started before this time: the next page. */
  readonly before?: string | undefined;
  readonly limit: number;
}

const OPEN_STATES = EPIC_STATES.filter((state) => !FINAL_STATES.has(state));

interface Totals {
  readonly tasks: Readonly<Record<string, number>>;
  readonly open_requests: number;
  readonly settled: string | null;
  readonly cap: number | null;
}

/**
 * Newest first, each with the number of its tasks by state, its open questions and its cost. Epics that started in the same
 * moment are on one page, which may be a little longer than its limit, so that none is lost between two.
 */
export async function listEpics(db: Database, filter: EpicFilter) {
  const states = filter.state === 'open' ? OPEN_STATES : filter.state === undefined ? null : [filter.state];
  const { rows } = await sql<Selectable<Epics> & Totals>`
    with page as (
      select * from epics
      where (${states}::text[] is null or state = any(${states}))
        and (${filter.before ?? null}::timestamptz is null or started_at < ${filter.before ?? null})
      order by started_at desc
      fetch first ${sql.lit(filter.limit)} rows with ties
    )
    select page.*,
      (select coalesce(jsonb_object_agg(state, number), '{}')
        from (select state, count(*) as number from tasks where epic_id = page.id group by state) as by_state) as tasks,
      (select count(*) from human_requests where epic_id = page.id and state = 'open') as open_requests,
      (select sum(settled_microusd) from ledger where epic_id = page.id) as settled,
      (select cap_microusd from budgets where epic_id = page.id) as cap
    from page order by started_at desc, id
  `.execute(db);
  return rows.map((row) => ({
    ...summary(row),
    tasks: row.tasks,
    openRequests: row.open_requests,
    costUsd: usd(row.settled),
    capUsd: row.cap === null ? null : usd(row.cap),
  }));
}

/** One epic with its tasks, pull requests, cost and open questions; undefined while nothing is recorded. */
export async function readEpic(db: Database, epicId: string) {
  const row = await db.selectFrom('epics').selectAll().where('id', '=', epicId).executeTakeFirst();
  if (row === undefined) return undefined;
  const [tasks, agents, evidence, pullRequests, turns, cost, requests, sandboxes, unapplied] = await Promise.all([
    readEpicTasks(db, epicId),
    readAgents(db, epicId, null),
    readEvidence(db, epicId, EPIC_EVIDENCE),
    readPullRequests(db, epicId),
    countTurns(db, epicId),
    readCost(db, epicId),
    listOpenRequests(db, epicId),
    readSandboxes(db, epicId),
    listUnapplied(db, epicId),
  ]);
  const settings = row.settings as EpicSettings | null;
  return {
    ...summary(row),
    description: row.description,
    workflowId: row.workflow_id,
    runId: row.run_id,
    source:
      row.source_id === null ? null : { tracker: row.source_tracker ?? '', id: row.source_id, url: row.source_url },
    concurrency: settings?.concurrency ?? null,
    approvals: settings?.approvals ?? null,
    overlaps: settings?.overlaps ?? null,
    policyHash: settings?.policyHash ?? null,
    adoptedPolicies: settings?.adopted ?? [],
    pullRequest: row.pull_request,
    mergedSha: row.merged_sha,
    tasks,
    agents,
    evidence,
    unrun: unrunUnder(settings)(evidence),
    pullRequests,
    turns,
    requests,
    cost,
    sandboxes,
    unapplied,
  };
}

/** Whether anything is recorded of the epic. */
export async function isKnown(db: Database, epicId: string): Promise<boolean> {
  const row = await db.selectFrom('epics').select('id').where('id', '=', epicId).executeTakeFirst();
  return row !== undefined;
}

/** Transcript by transcript: joined, the planner reads the turns of all epics, which are long. */
async function countTurns(db: Database, epicId: string): Promise<number> {
  const { rows } = await sql<{ turns: number }>`
    select coalesce(sum((select count(*) from agent_turns where transcript = transcripts.id)), 0)::int as turns
    from transcripts where epic_id = ${epicId}
  `.execute(db);
  return rows[0]?.turns ?? 0;
}

function summary(row: Selectable<Epics>) {
  return {
    id: row.id,
    title: row.title,
    state: row.state as EpicState,
    phase: row.phase,
    ...waiting(row),
    paused: row.paused,
    priority: row.priority,
    repository: row.repository,
    baseBranch: row.base_branch,
    startedAt: isoTime(row.started_at),
    updatedAt: isoTime(row.updated_at),
    closedAt: isoTimeOrNull(row.closed_at),
  };
}
