/** What an epic's bundle holds of the database, a page at a time. Texts of transcripts are there by their hashes. */
import { type RawBuilder, sql } from 'kysely';
import pg from 'pg';
import type { Database } from '../connection.ts';

type Row = Readonly<Record<string, unknown>>;

interface Table {
  readonly name: string;
  /** Also the order of the rows. */
  readonly key: readonly string[];
  readonly columns: readonly string[];
  /** The column that holds the epic's id. */
  readonly epic?: string;
}

/** Without what is rewritten with the projection, and without where things are on a host. */
const TABLES: readonly Table[] = [
  {
    name: 'epics',
    key: ['id'],
    epic: 'id',
    columns: words(`id title description priority repository base_branch source_tracker source_id source_url state phase
      failure paused admitted settings pull_request merged_sha started_at closed_at generation version`),
  },
  {
    name: 'tasks',
    key: ['key'],
    columns: words(`key position title description acceptance files state phase failure attempt rounds host epoch branch
      pull_request started_at generation version budget_usd budget_tokens`),
  },
  { name: 'task_dependencies', key: ['task_key', 'depends_on'], columns: ['task_key', 'depends_on'] },
  { name: 'plan_revisions', key: ['number'], columns: words('number at made_by why changes') },
  {
    name: 'agents',
    key: ['id'],
    columns: words(
      'id task_key role purpose attempt model state phase failure turn started_at closed_at generation version',
    ),
  },
  { name: 'decision_log', key: ['id'], columns: words('id entry_key task_key actor kind decision reason at') },
  {
    name: 'human_requests',
    key: ['request_id'],
    columns: words(`request_id kind question options task_key pull_request head_sha base state answer asked_at closed_at
      revision budget_unit`),
  },
  {
    name: 'mail',
    key: ['number'],
    columns: words(`number id kind sender sender_name sender_transcript recipient subject body reply_to await_reply
      sent_at last_sent_at repeated_by read_at read_by lapsed_at`),
  },
  { name: 'messages', key: ['id'], columns: words('id position name input sent_at outcome settled_at') },
  {
    name: 'pull_requests',
    key: ['repository', 'number'],
    columns: words('repository number task_key url title head base head_sha state merged_sha'),
  },
  {
    name: 'submissions',
    key: ['task_key', 'number'],
    columns: words('task_key number head_sha tree_sha state'),
  },
  {
    name: 'evidence',
    key: ['task_key', 'commit_sha', 'check_name'],
    columns:
      words(`task_key commit_sha check_name tree_sha command exit_code output verified_by clean covered_by policy_hash
      test_runs_hash started_at finished_at`),
  },
  {
    name: 'judged_criteria',
    key: ['task_key', 'commit_sha', 'criterion'],
    columns: words(
      `task_key commit_sha criterion tree_sha text verdict how note proof exit_code reviewer turn recorded_at`,
    ),
  },
  { name: 'budgets', key: ['epic_id'], columns: words('epic_id cap_microusd cap_tokens') },
  { name: 'task_budgets', key: ['task_key'], columns: words('task_key cap_microusd cap_tokens') },
  {
    name: 'ledger',
    key: ['transcript', 'turn', 'call'],
    columns:
      words(`transcript turn call task_key model reserved_microusd reserved_tokens settled_microusd settled_tokens
      outcome created_at settled_at`),
  },
  {
    name: 'transcripts',
    key: ['id'],
    columns: words('id task_key purpose attempt opened_by forked_from at_turn compacted_before_turn created_at'),
  },
];

function words(text: string): string[] {
  return text.split(/\s+/);
}

export interface ExportedRow {
  readonly section: string;
  readonly row: Row;
}

const PAGE = 200;

/** Section by section, each in the order of its keys. The rows are those of the moment in which each page is read. */
export async function* readExportRows(db: Database, epicId: string): AsyncGenerator<ExportedRow> {
  const transcripts: string[] = [];
  for (const table of TABLES) {
    for await (const row of rowsOf(db, table, epicId)) {
      if (table.name === 'transcripts') transcripts.push(String(row.id));
      yield { section: table.name, row };
    }
  }
  for (const { section, read } of OF_TRANSCRIPTS) {
    for (const id of transcripts) for (const row of (await read(id).execute(db)).rows) yield { section, row };
  }
}

async function* rowsOf(db: Database, table: Table, epicId: string): AsyncGenerator<Row> {
  const { name, key, columns, epic = 'epic_id' } = table;
  const keys = sql.join(key.map((column) => sql.ref(column)));
  for (let last: Row | undefined; ; ) {
    const after: RawBuilder<unknown> =
      last === undefined ? sql`true` : sql`(${keys}) > (${sql.join(key.map((column) => last?.[column]))})`;
    const { rows } = await sql<Row>`
      select ${sql.join(columns.map((column) => sql.ref(column)))} from ${sql.table(name)}
      where ${sql.ref(epic)} = ${epicId} and ${after} order by ${keys} limit ${PAGE}
    `.execute(db);
    yield* rows;
    if (rows.length < PAGE) return;
    last = rows.at(-1);
  }
}

const sha256 = (column: string) => sql`encode(sha256(convert_to(${sql.ref(column)}::text, 'UTF8')), 'hex')`;

/** One transcript at a time: joined, the planner reads those of all epics, which are long. */
const OF_TRANSCRIPTS = [
  {
    section: 'briefs',
    read: (id: string) => sql<Row>`
      select transcript, turn, kind, ${sha256('body')} as body_sha256, created_at
      from briefs where transcript = ${id} order by turn, kind`,
  },
  {
    section: 'mail_deliveries',
    read: (id: string) => sql<Row>`
      select mail, transcript, turn, delivered_at from mail_deliveries where transcript = ${id} order by mail`,
  },
  {
    section: 'agent_turns',
    read: (id: string) => sql<Row>`
      select transcript, turn, model, message_id, stop_reason, usage, cost_microusd, checkpoint, started_at, finished_at,
        ${sha256('content')} as content_sha256
      from agent_turns where transcript = ${id} order by turn`,
  },
  {
    section: 'tool_calls',
    read: (id: string) => sql<Row>`
      select transcript, tool_use_id, turn, position, name, is_error, exit_code, started_at, finished_at,
        ${sha256('input')} as input_sha256, ${sha256('output')} as output_sha256
      from tool_calls where transcript = ${id} order by tool_use_id`,
  },
];

export interface ExportedRun {
  readonly workflow_id: string;
  readonly run_id: string;
  readonly generation: number;
  readonly first_seen_at: Date;
}

/** Runs of the epic, its tasks and its agents that have recorded anything. */
export async function readExportRuns(db: Database, epicId: string): Promise<ExportedRun[]> {
  const { rows } = await sql<ExportedRun>`
    select workflow_id, run_id, generation, first_seen_at from workflow_runs where workflow_id in (
      select workflow_id from epics where id = ${epicId}
      union select workflow_id from tasks where epic_id = ${epicId}
      union select workflow_id from agents where epic_id = ${epicId}
    ) order by workflow_id, generation
  `.execute(db);
  return rows;
}

/** Whether PostgreSQL refused a read or could not be reached, and the reading itself is not to blame. */
export const isDatabaseFailure = (error: unknown): boolean =>
  error instanceof pg.DatabaseError ||
  (error instanceof Error &&
    ('syscall' in error || /^(Connection terminated|timeout exceeded when trying to connect)/.test(error.message)));
