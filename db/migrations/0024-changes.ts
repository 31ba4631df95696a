/**
 * What changed, for screens: a row of `changes` for each row that a screen reads, swept after some minutes, and an empty
 * NOTIFY that only wakes the readers. Replaces the triggers of 0004, whose payload was the whole message.
 *
 * Transactions that notify commit one after the other. So only the first of many changes does: readers look on for a
 * second after each (api/feed.ts), and once a second anyway.
 */
import { type Kysely, sql } from 'kysely';

interface Source {
  readonly table: string;
  readonly kind: string;
  /** Of `row`, as SQL: the id that people use, the epic's and the task's key. */
  readonly id: string;
  readonly epic: string;
  readonly task: string;
  /** Which updates count, as SQL; every one that changes the row unless given. */
  readonly when?: string;
  /** Where the rest of what `row` says comes from. */
  readonly from?: string;
}

const OF_EPIC = { id: 'row.epic_id', epic: 'row.epic_id', task: 'null' };
const OF_TASK = { id: `row.epic_id || '.' || row.task_key`, epic: 'row.epic_id', task: 'row.task_key' };
/** Nothing is noted for rows that go away together with their transcript, which is noted itself. */
const OF_TRANSCRIPT = {
  kind: 'transcript',
  id: 'transcripts.id',
  epic: 'transcripts.epic_id',
  task: 'transcripts.task_key',
  from: 'from transcripts where transcripts.id = row.transcript',
};
/** A holder is a workflow: `epic-<id>` or `epic-<id>/task-<key>`. */
const HOLDER = String.raw`regexp_replace(row.holder, '^epic-([^/]+).*$', '\1')`;
const HOLDER_TASK = `nullif(split_part(row.holder, '/task-', 2), '')`;

const SOURCES: readonly Source[] = [
  { table: 'epics', kind: 'epic', id: 'row.id', epic: 'row.id', task: 'null' },
  { table: 'tasks', kind: 'task', id: `row.epic_id || '.' || row.key`, epic: 'row.epic_id', task: 'row.key' },
  { table: 'task_dependencies', kind: 'task', ...OF_TASK },
  { table: 'agents', kind: 'agent', id: 'row.id', epic: 'row.epic_id', task: 'row.task_key' },
  { table: 'transcripts', kind: 'transcript', id: 'row.id', epic: 'row.epic_id', task: 'row.task_key' },
  { table: 'briefs', ...OF_TRANSCRIPT },
  // Its content is json, which cannot be compared, and never changes.
  { table: 'agent_turns', ...OF_TRANSCRIPT, when: 'old.checkpoint is distinct from new.checkpoint' },
  { table: 'tool_calls', ...OF_TRANSCRIPT },
  {
    table: 'pull_requests',
    kind: 'pull-request',
    id: `row.repository || '#' || row.number`,
    epic: 'row.epic_id',
    task: 'row.task_key',
  },
  { table: 'submissions', kind: 'submission', ...OF_TASK },
  { table: 'evidence', kind: 'evidence', ...OF_TASK },
  { table: 'human_requests', kind: 'human-request', id: 'row.request_id', epic: 'row.epic_id', task: 'row.task_key' },
  {
    table: 'ledger',
    kind: 'cost',
    id: 'row.transcript',
    epic: 'row.epic_id',
    task: '(select task_key from transcripts where transcripts.id = row.transcript)',
  },
  { table: 'budgets', kind: 'budget', ...OF_EPIC },
  { table: 'decision_log', kind: 'decision', id: 'row.id::text', epic: 'row.epic_id', task: 'row.task_key' },
  { table: 'messages', kind: 'message', id: 'row.id', epic: 'row.epic_id', task: `row.input ->> 'taskKey'` },
  {
    table: 'hosts',
    kind: 'host',
    id: 'row.name',
    epic: 'null',
    task: 'null',
    // A host reports every five seconds; that counts only when it was taken for lost.
    when: `(old.capacity, old.sandbox, old.refusal, old.left_at)
      is distinct from (new.capacity, new.sandbox, new.refusal, new.left_at)
      or new.last_seen_at > old.last_seen_at + interval '30 seconds'`,
  },
  { table: 'placements', kind: 'placement', id: 'row.holder', epic: HOLDER, task: HOLDER_TASK },
  { table: 'tracker_issues', kind: 'intake', id: 'row.issue_id', epic: 'row.epic_id', task: 'null' },
];

/** `factory_changes` is also the channel's name. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of ['epics', 'tasks', 'agents', 'pull_requests', 'human_requests', 'ledger']) {
    await sql.raw(`drop trigger ${table}_changed on ${table}`).execute(db);
  }
  await sql`
    drop function notify_factory_change();

    create table changes (
      -- Of the order in which rows were written, not in which they are seen: transactions commit in any order.
      id bigint generated always as identity,
      -- Compared with a reader's last snapshot it says whether the reader has seen the row.
      xid xid8 not null default pg_current_xact_id(),
      kind text not null,
      entity_id text not null,
      epic_id text,
      task_key text,
      at timestamptz not null default clock_timestamp(),
      primary key (xid, id)
    );

    -- One row: changes of this transaction and of earlier ones may be gone.
    create table changes_swept (
      singleton boolean primary key default true check (singleton),
      swept_to xid8 not null
    );
    insert into changes_swept (swept_to) values (pg_current_xact_id());
  `.execute(db);
  for (const source of SOURCES) await sql.raw(triggersOf(source)).execute(db);
}

function triggersOf(source: Source): string {
  const { table, when = 'old.* is distinct from new.*' } = source;
  return `
    create function note_change_of_${table}() returns trigger language plpgsql as $$
    begin
      if (select at from changes order by xid desc, id desc limit 1) > clock_timestamp() - interval '100 milliseconds' then
        null; -- Readers are awake.
      else
        notify factory_changes;
      end if;
      if tg_op = 'DELETE' then ${noting(source, 'old')};
      else ${noting(source, 'new')};
      end if;
      return null;
    end $$;
    create trigger ${table}_added after insert or delete on ${table}
      for each row execute function note_change_of_${table}();
    create trigger ${table}_changed after update on ${table}
      for each row when (${when}) execute function note_change_of_${table}();
  `;
}

/** One constant statement a table, so that PostgreSQL plans it once a session. */
function noting({ kind, id, epic, task, from = '' }: Source, row: 'old' | 'new'): string {
  const select = `select '${kind}', ${id}, ${epic}, ${task} ${from}`.replaceAll('row.', `${row}.`);
  return `insert into changes (kind, entity_id, epic_id, task_key) ${select}`;
}
