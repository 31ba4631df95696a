/** The sections of a bundle: what names a row of each, and what may happen to the row after it was exported. */
import { CLEAN_CHECK, SETUP_CHECK, TESTS_CHECK } from '../workflows/contract/evidence.ts';
import { FINAL_STATES } from '../workflows/contract/states.ts';

export type Row = Readonly<Record<string, unknown>>;

/** A row of the bundle, the same row as it is now, and whether its epic was open at the time of the export. */
type Changes = (before: Row, now: Row, wasOpen: boolean) => readonly string[];

interface Section {
  /** Names a row within its section. */
  readonly key: readonly string[];
  /** Columns that may differ now; none unless given. */
  readonly changes?: Changes;
  /** Whether the row may be removed while its epic is open; never unless given. */
  readonly isRemovable?: (before: Row) => boolean;
  /** When a row was written, where it says so. */
  readonly time?: string;
  /** While the epic is open such a row may be written long after its time. */
  readonly isDatedBack?: (row: Row) => boolean;
  /** The key is a number that grows with each row, whenever a row says that it happened. */
  readonly isSerial?: true;
}

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);

const whileOpen =
  (columns: string): Changes =>
  (_, __, wasOpen) =>
    wasOpen ? words(columns) : [];

const anyOf =
  (...all: readonly Changes[]): Changes =>
  (...given) =>
    all.flatMap((changes) => changes(...given));

/** Once, together with the column that says that it is settled, and after the epic's end too. */
const settling =
  (settled: string, columns: string): Changes =>
  (before, now) =>
    before[settled] === null && now[settled] !== null ? [settled, ...words(columns)] : [];

/** Somebody who looks after what was ended from outside may end it after its epic. */
const untilFinal =
  (columns: string): Changes =>
  ({ state }) =>
    FINAL_STATES.has(String(state)) ? [] : words(columns);

/**
 * One that was refused may be sent again, which puts it behind the others; one that was open may have been refused and sent
 * again.
 */
const sentAgain: Changes = ({ outcome }) =>
  outcome === null || (outcome as { kind?: unknown }).kind === 'refused'
    ? ['input', 'position', 'sent_at', 'outcome', 'settled_at']
    : [];

/** Findings, which are removed when they no longer hold. */
const FINDINGS: readonly unknown[] = [CLEAN_CHECK, SETUP_CHECK, TESTS_CHECK];

const TASK = `state phase failure attempt rounds host epoch branch pull_request started_at generation version`;
const AGENT = `state phase failure turn closed_at generation version`;

/** In the order of the bundle. */
export const SECTIONS = {
  epics: {
    key: ['id'],
    changes:
      whileOpen(`title description priority repository base_branch source_tracker source_id source_url state phase
      failure paused admitted settings pull_request merged_sha started_at closed_at generation version`),
  },
  tasks: {
    key: ['key'],
    changes: anyOf(
      whileOpen(`position title description acceptance files budget_usd budget_tokens ${TASK}`),
      untilFinal(TASK),
    ),
    isRemovable: ({ generation }) => generation === null,
  },
  task_dependencies: { key: ['task_key', 'depends_on'], isRemovable: () => true },
  plan_revisions: { key: ['number'], time: 'at', isSerial: true },
  agents: { key: ['id'], changes: anyOf(whileOpen(AGENT), untilFinal(AGENT)) },
  decision_log: { key: ['id'], time: 'at', isSerial: true },
  human_requests: {
    key: ['request_id'],
    changes: whileOpen('question options pull_request head_sha state answer closed_at revision'),
    time: 'asked_at',
    isDatedBack: () => true,
  },
  mail: {
    key: ['number'],
    // People read it after the end too, and what nobody will read is noted then.
    changes: anyOf(
      whileOpen('last_sent_at repeated_by read_at read_by lapsed_at'),
      settling('read_at', 'read_by'),
      settling('lapsed_at', ''),
    ),
    time: 'sent_at',
    isSerial: true,
  },
  messages: { key: ['id'], changes: sentAgain, time: 'sent_at' },
  pull_requests: {
    key: ['repository', 'number'],
    changes: ({ state }, _, wasOpen) =>
      wasOpen || state === 'open' ? words('task_key url title head base head_sha state merged_sha') : [],
  },
  submissions: { key: ['task_key', 'number'], changes: whileOpen('head_sha tree_sha state') },
  evidence: {
    key: ['task_key', 'commit_sha', 'check_name'],
    changes:
      whileOpen(`tree_sha command exit_code output verified_by clean covered_by policy_hash test_runs_hash started_at
      finished_at`),
    isRemovable: ({ check_name }) => FINDINGS.includes(check_name),
    time: 'finished_at',
    // Green evidence counts for other commits too, with the time of the run.
    isDatedBack: ({ exit_code }) => exit_code === 0,
  },
  judged_criteria: {
    key: ['task_key', 'commit_sha', 'criterion'],
    // A commit may be reviewed again, in another life of its task.
    changes: whileOpen('tree_sha text verdict how note proof exit_code reviewer turn recorded_at'),
    time: 'recorded_at',
  },
  budgets: { key: ['epic_id'], changes: whileOpen('cap_microusd cap_tokens') },
  task_budgets: { key: ['task_key'], changes: whileOpen('cap_microusd cap_tokens') },
  ledger: {
    key: ['transcript', 'turn', 'call'],
    changes: settling('settled_at', 'outcome settled_microusd settled_tokens'),
    time: 'created_at',
  },
  transcripts: { key: ['id'], changes: whileOpen('compacted_before_turn'), time: 'created_at' },
  briefs: { key: ['transcript', 'turn', 'kind'], time: 'created_at' },
  mail_deliveries: { key: ['mail', 'transcript'], time: 'delivered_at' },
  // A secret in the input of a call is taken out once the call was carried out, in the answer too.
  agent_turns: { key: ['transcript', 'turn'], changes: whileOpen('checkpoint content_sha256'), time: 'finished_at' },
  tool_calls: {
    key: ['transcript', 'tool_use_id'],
    changes: anyOf(
      settling('finished_at', 'started_at is_error exit_code input_sha256 output_sha256'),
      whileOpen('started_at input_sha256'),
    ),
  },
  workflow_runs: { key: ['workflow_id', 'run_id'], time: 'first_seen_at' },
  history: { key: ['workflow_id', 'run_id', 'event_id'], time: 'at' },
} as const satisfies Readonly<Record<string, Section>>;

export type SectionName = keyof typeof SECTIONS;

export const sectionOf = (name: string): Section | undefined =>
  Object.hasOwn(SECTIONS, name) ? SECTIONS[name as SectionName] : undefined;

/** "ledger shop.slugs.implement.1 3 1": how a row is named to people; undefined for what is no row of a section. */
export function nameOf(name: string, row: Row): string | undefined {
  const section = typeof row === 'object' && row !== null ? sectionOf(name) : undefined;
  return section === undefined ? undefined : [name, ...section.key.map((column) => String(row[column]))].join(' ');
}
