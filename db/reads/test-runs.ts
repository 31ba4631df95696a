/** Reads the tests that checks reported: of a commit under one name, or of the same files wherever they were verified. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { sql } from 'kysely';
import type { Database } from '../connection.ts';
import { isClean } from './evidence.ts';

const decompress = promisify(gunzip);

export interface KnownRuns {
  readonly name: string;
  readonly command: string;
  readonly exitCode: number;
  readonly policyHash: string | null;
  /** As it was written. */
  readonly report: unknown;
}

/** Reads the test runs of one task's commit. */
export async function readTestRuns(
  db: Database,
  { epicId, taskKey, commitSha }: { readonly epicId: string; readonly taskKey: string; readonly commitSha: string },
): Promise<KnownRuns[]> {
  const rows = await selectRuns(db)
    .where('epic_id', '=', epicId)
    .where('task_key', '=', taskKey)
    .where('commit_sha', '=', commitSha)
    .execute();
  return await Promise.all(rows.map(opened));
}

/** The newest green one, else the newest, of each check of exactly these files under the policy, in whatever epic. */
export async function readRunsOfTree(
  db: Database,
  { treeSha, policyHash }: { readonly treeSha: string; readonly policyHash: string | null },
): Promise<KnownRuns[]> {
  const rows = await selectRuns(db)
    .distinctOn(['check_name', 'command'])
    .where('tree_sha', '=', treeSha)
    .where(isClean(policyHash))
    .orderBy('check_name')
    .orderBy('command')
    .orderBy(sql`exit_code = 0`, 'desc')
    .orderBy('finished_at', 'desc')
    .execute();
  return await Promise.all(rows.map(opened));
}

const selectRuns = (db: Database) =>
  db
    .selectFrom('evidence')
    .innerJoin('test_runs', 'test_runs.hash', 'evidence.test_runs_hash')
    .select([
      ...(['check_name as name', 'command', 'exit_code as exitCode', 'policy_hash as policyHash', 'report'] as const),
    ]);

async function opened(row: Omit<KnownRuns, 'report'> & { readonly report: Buffer }): Promise<KnownRuns> {
  return { ...row, report: JSON.parse((await decompress(row.report)).toString()) };
}
