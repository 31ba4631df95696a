/** Epics that do not move although nothing says that they wait, and how such an epic stands. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';
import { isoTime } from './columns.ts';
import { readLogLines } from './decisions.ts';

export interface StalledEpic {
  readonly epicId: string;
  /** When anything of it changed last; ISO 8601. */
  readonly since: string;
}

/**
 * Open epics with a Supervisor agent of which nothing was written for `quietMinutes`, those too that work while they wait
 * for a slot. Epics that wait for admission, a person, a quota, a budget, a pause or others' work say so and are left out.
 */
export async function readStalledEpics(db: Database, quietMinutes: number): Promise<StalledEpic[]> {
  const { rows } = await sql<{ id: string; at: Date }>`
    with cutoff as (select now() - make_interval(mins => ${quietMinutes}::int) as at),
    quiet as (
      select e.id, greatest(
        e.updated_at,
        (select max(updated_at) from tasks where epic_id = e.id),
        (select max(updated_at) from agents where epic_id = e.id),
        (select max(at) from decision_log where epic_id = e.id),
        (select max(finished_at) from agent_turns where transcript in (select id from transcripts where epic_id = e.id)),
        (select max(greatest(started_at, finished_at)) from tool_calls
          where transcript in (select id from transcripts where epic_id = e.id))) as at
      from epics e, cutoff
      where e.closed_at is null and not e.paused and e.hold is null and e.updated_at < cutoff.at
        and e.settings -> 'supervisor' is not null
        and not exists (select from human_requests where epic_id = e.id and state = 'open')
        and not exists (select from factory_pause)
        and not exists (select from tasks where epic_id = e.id and closed_at is null and hold ->> 'kind' = any(${WAITS}::text[]))
        and not exists (select from agents where epic_id = e.id and closed_at is null and hold ->> 'kind' = any(${[...WAITS, 'host']}::text[]))
        and (
          not exists (select from tasks where epic_id = e.id and closed_at is null and hold ->> 'kind' = any(${TURNS}::text[]))
          or exists (select from tasks where epic_id = e.id and closed_at is null and hold is null
                       and state in ('ASSIGNED', 'IN_PROGRESS', 'REVIEW')))
    )
    select quiet.id, quiet.at from quiet, cutoff where quiet.at < cutoff.at order by quiet.id
  `.execute(db);
  return rows.map(({ id, at }) => ({ epicId: id, since: isoTime(at) }));
}

/** Holds that may last: a person, the provider or a check of the forge ends them. */
const WAITS = ['person', 'quota', 'budget', 'pause', 'checks'];
/** Turns that others have; perhaps a task of the same epic, and when that works without a move nothing else says so. */
const TURNS = ['host', 'lane'];

export interface StallFacts {
  readonly title: string;
  readonly description: string;
  /** Each a line: the epic, its tasks, its open agents. */
  readonly parts: readonly string[];
  readonly commands: readonly string[];
  readonly log: readonly string[];
}

const MOST_COMMANDS = 40;

/** Undefined when the epic was never recorded. */
export async function readStallFacts(db: Database, epicId: string): Promise<StallFacts | undefined> {
  const columns = ['state', 'phase', 'hold', 'updated_at'] as const;
  const [epic, tasks, agents, commands, log] = await Promise.all([
    db
      .selectFrom('epics')
      .select(['title', 'description', ...columns])
      .where('id', '=', epicId)
      .executeTakeFirst(),
    db
      .selectFrom('tasks')
      .select(['key as name', ...columns])
      .where('epic_id', '=', epicId)
      .orderBy('position')
      .execute(),
    db
      .selectFrom('agents')
      .select(['id as name', ...columns])
      .where('epic_id', '=', epicId)
      .where('closed_at', 'is', null)
      .orderBy('started_at')
      .execute(),
    db
      .selectFrom('tool_calls')
      .innerJoin('transcripts', 'transcripts.id', 'tool_calls.transcript')
      .select(['tool_calls.transcript', 'tool_calls.name', 'tool_calls.started_at'])
      .select(sql<string>`left(tool_calls.input::text, 300)`.as('input'))
      .where('transcripts.epic_id', '=', epicId)
      .where('tool_calls.started_at', 'is not', null)
      .where('tool_calls.finished_at', 'is', null)
      .orderBy('tool_calls.started_at', 'desc')
      .limit(MOST_COMMANDS)
      .execute(),
    readLogLines(db, epicId),
  ]);
  if (epic === undefined) return undefined;
  const line = (name: string, { state, phase, hold, updated_at }: Part) =>
    `${isoTime(updated_at)} ${name} ${state}: ${phase}${hold === null ? '' : ` (${JSON.stringify(hold)})`}`;
  return {
    title: epic.title,
    description: epic.description,
    parts: [
      line('epic', epic),
      ...tasks.map((task) => line(`task ${task.name}`, task)),
      ...agents.map((agent) => line(`agent ${agent.name}`, agent)),
    ],
    commands: commands.map(
      ({ transcript, name, input, started_at }) =>
        `${started_at === null ? '' : isoTime(started_at)} ${transcript} ${name}: ${input}`,
    ),
    log,
  };
}

interface Part {
  readonly state: string;
  readonly phase: string;
  readonly hold: unknown;
  readonly updated_at: Date;
}
