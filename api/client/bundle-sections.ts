/** The sections of a bundle: what names a row of each, and how a row may still change. */

interface Section {
  /** Names a row within its section. */
  readonly key: readonly string[];
  /**
   * `never`: a row stays as it was written. `settles`: until this column is set. `while open`: until the epic has ended.
   */
  readonly changes: 'never' | 'while open' | { readonly settles: string };
  /** When a row was written, where it says so. */
  readonly time?: string;
}

/** In the order of the bundle. */
export const SECTIONS = {
  epics: { key: ['id'], changes: 'while open' },
  tasks: { key: ['key'], changes: 'while open' },
  task_dependencies: { key: ['task_key', 'depends_on'], changes: 'never' },
  agents: { key: ['id'], changes: 'while open' },
  decision_log: { key: ['id'], changes: 'never', time: 'at' },
  human_requests: { key: ['request_id'], changes: 'while open', time: 'asked_at' },
  messages: { key: ['id'], changes: { settles: 'settled_at' }, time: 'sent_at' },
  mail: { key: ['id'], changes: { settles: 'delivered_turn' }, time: 'sent_at' },
  pull_requests: { key: ['repository', 'number'], changes: 'while open' },
  submissions: { key: ['task_key', 'number'], changes: 'while open' },
  evidence: { key: ['task_key', 'commit_sha', 'check_name'], changes: 'while open', time: 'finished_at' },
  budgets: { key: ['epic_id'], changes: 'while open' },
  ledger: { key: ['transcript', 'turn', 'call'], changes: { settles: 'settled_at' }, time: 'created_at' },
  transcripts: { key: ['id'], changes: 'while open', time: 'created_at' },
  briefs: { key: ['transcript', 'turn', 'kind'], changes: 'while open', time: 'created_at' },
  agent_turns: { key: ['transcript', 'turn'], changes: 'while open', time: 'finished_at' },
  tool_calls: { key: ['transcript', 'tool_use_id'], changes: 'while open' },
  workflow_runs: { key: ['workflow_id', 'run_id'], changes: 'never', time: 'first_seen_at' },
  history: { key: ['workflow_id', 'run_id', 'event_id'], changes: 'never', time: 'at' },
} as const satisfies Readonly<Record<string, Section>>;

export type SectionName = keyof typeof SECTIONS;

export const sectionOf = (name: string): Section | undefined =>
  Object.hasOwn(SECTIONS, name) ? SECTIONS[name as SectionName] : undefined;

/** "ledger shop.slugs.implement.1 3 1": how a row is named to people; undefined for a section that there is not. */
export function nameOf(name: string, row: Readonly<Record<string, unknown>>): string | undefined {
  const section = sectionOf(name);
  return section === undefined ? undefined : [name, ...section.key.map((column) => String(row[column]))].join(' ');
}
