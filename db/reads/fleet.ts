/** The fleet at this moment: slots in use on each host, agents at work, and holds of model calls. */
import { sql } from 'kysely';
import type { AgentState, Hold, Purpose, Role } from '../../workflows/contract/states.ts';
import type { Database } from '../connection.ts';
import { isoTime, isoTimeOrNull } from './columns.ts';

export interface HeldPlacement {
  readonly host: string;
  readonly epicId: string;
  readonly epicTitle: string | null;
  readonly taskKey: string | null;
  readonly title: string | null;
  readonly since: string;
}

/** Tasks, and epics for what they do themselves, that hold a slot on a host; longest first. */
export async function listPlacements(db: Database): Promise<HeldPlacement[]> {
  const { rows } = await sql<Omit<HeldPlacement, 'since'> & { since: Date }>`
    with held as (
      select host, placed_at, substring(holder from '^epic-([^/]+)') as epic_id,
        substring(holder from '/task-(.+)$') as task_key
      from placements where held
    )
    select held.host, held.epic_id as "epicId", e.title as "epicTitle", held.task_key as "taskKey",
      coalesce(t.title, e.title) as title, held.placed_at as since
    from held
    left join epics e on e.id = held.epic_id
    left join tasks t on t.epic_id = held.epic_id and t.key = held.task_key
    where held.epic_id is not null
    order by held.placed_at, held.epic_id, held.task_key
  `.execute(db);
  return rows.map((row) => ({ ...row, since: isoTime(row.since) }));
}

/** The last text or tool call of a transcript. */
export interface LastBlock {
  readonly kind: string;
  readonly text: string | null;
  readonly name: string | null;
  readonly input: string | null;
}

interface AgentRow {
  readonly id: string;
  readonly epic_id: string;
  readonly epic_title: string | null;
  readonly task_key: string | null;
  readonly task_title: string | null;
  readonly host: string | null;
  readonly role: Role;
  readonly purpose: Purpose;
  readonly attempt: number;
  readonly model: string;
  readonly state: AgentState;
  readonly phase: string;
  readonly hold: Hold | null;
  readonly turn: number;
  readonly since: Date;
  readonly started_at: Date;
  readonly last: LastBlock | null;
}

/** Agents that have not ended, longest first. Of what they said last no more than its first characters is read. */
export async function listAgentsAtWork(db: Database) {
  const { rows } = await sql<AgentRow>`
    select a.id, a.epic_id, e.title as epic_title, a.task_key, t.title as task_title, t.host, a.role, a.purpose, a.attempt,
      a.model, a.state, a.phase, a.hold, a.turn, a.started_at, coalesce(newest.finished_at, a.started_at) as since,
      (select jsonb_build_object('kind', block ->> 'type', 'text', left(block ->> 'text', 2000),
          'name', block ->> 'name', 'input', left((block -> 'input')::text, 2000))
        from json_array_elements(case when json_typeof(newest.content) = 'array' then newest.content else '[]' end)
          with ordinality as blocks (block, nth)
        where block ->> 'type' = 'tool_use' or btrim(block ->> 'text') <> ''
        order by nth desc limit 1) as last
    from agents a
    left join epics e on e.id = a.epic_id
    left join tasks t on t.epic_id = a.epic_id and t.key = a.task_key
    left join lateral (
      select content, finished_at from agent_turns where transcript = a.id order by turn desc limit 1
    ) as newest on true
    where a.closed_at is null and a.state in ('IDLE', 'BUSY', 'WAITING')
    order by a.started_at, a.id
    limit 500
  `.execute(db);
  return rows.map(({ last, ...row }) => ({
    last,
    id: row.id,
    epicId: row.epic_id,
    epicTitle: row.epic_title,
    taskKey: row.task_key,
    taskTitle: row.task_title,
    host: row.host,
    role: row.role,
    purpose: row.purpose,
    attempt: row.attempt,
    model: row.model,
    state: row.state,
    phase: row.phase,
    hold: row.hold,
    turn: row.turn,
    since: isoTime(row.since),
    startedAt: isoTime(row.started_at),
  }));
}

/** Quotas of model providers that hold calls now. */
export async function listProviderHolds(db: Database) {
  const rows = await db
    .selectFrom('provider_holds')
    .selectAll()
    .where('until', '>', sql<Date>`now()`)
    .orderBy('until')
    .execute();
  return rows.map(({ until, ...row }) => ({ ...row, until: isoTime(until) }));
}

/** What the forge allows, as it said last. */
export async function listForgeLimits(db: Database) {
  const rows = await db.selectFrom('forge_rate_limits').selectAll().orderBy('host').execute();
  return rows.map((row) => ({
    host: row.host,
    quota: row.quota,
    remaining: row.remaining,
    resetsAt: isoTime(row.resets_at),
    silentUntil: isoTimeOrNull(row.silent_until),
  }));
}

/** Epics that are open: those that run, and those that wait for admission. */
export async function countOpenEpics(db: Database): Promise<{ admitted: number; waiting: number; version: string }> {
  const { rows } = await sql<{ admitted: number; waiting: number; version: string }>`
    select count(*) filter (where admitted)::int as admitted, count(*) filter (where not admitted)::int as waiting,
      current_setting('server_version') as version
    from epics where closed_at is null
  `.execute(db);
  return rows[0] as { admitted: number; waiting: number; version: string };
}
