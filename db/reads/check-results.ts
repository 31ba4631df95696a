/** What checks said of a commit, for decisions: red ones with their last lines. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';
import { isClean } from './evidence.ts';

export interface CheckResult {
  readonly name: string;
  readonly exitCode: number;
  /** The last lines of what it printed. */
  readonly said: string;
}

interface CommandOf {
  readonly name: string;
  readonly command: string;
}

const SAID_CHARACTERS = 4_000;
const said = sql<string>`right(output, ${sql.lit(SAID_CHARACTERS)})`.as('said');

/** The latest results of a commit under one name. */
export function readCheckResults(
  db: Database,
  { epicId, taskKey, commitSha }: { readonly epicId: string; readonly taskKey: string; readonly commitSha: string },
): Promise<CheckResult[]> {
  return db
    .selectFrom('evidence')
    .select(['check_name as name', 'exit_code as exitCode', said])
    .where('epic_id', '=', epicId)
    .where('task_key', '=', taskKey)
    .where('commit_sha', '=', commitSha)
    .execute();
}

export interface KnownResultsOf {
  readonly commitSha: string;
  readonly policyHash: string | null;
  readonly commands: readonly CommandOf[];
  readonly since: Date;
}

/** What clean checkouts of the commit have said since under the policy, in whatever epic: of each command the newest. */
export async function readKnownResults(
  db: Database,
  { commitSha, policyHash, commands, since }: KnownResultsOf,
): Promise<CheckResult[]> {
  if (commands.length === 0) return [];
  const rows = await db
    .selectFrom('evidence')
    .distinctOn(['check_name', 'command'])
    .select(['check_name as name', 'command', 'exit_code as exitCode', said])
    .where('commit_sha', '=', commitSha)
    .where(isClean(policyHash))
    .where('finished_at', '>', since)
    .orderBy('check_name')
    .orderBy('command')
    .orderBy('finished_at', 'desc')
    .execute();
  return rows.filter((row) => commands.some(({ name, command }) => name === row.name && command === row.command));
}
