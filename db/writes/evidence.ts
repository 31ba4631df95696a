/** What verification ran and found, by commit and check. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

export interface EvidenceRow {
  readonly epicId: string;
  /** `epic` for the epic's own integration check. */
  readonly taskKey: string;
  readonly commitSha: string;
  readonly treeSha: string;
  /** Names the policy that it was found under; null before that was written down. */
  readonly policyHash: string | null;
  readonly checkName: string;
  readonly command: string;
  readonly exitCode: number;
  /** The end of what the check printed. */
  readonly output: string;
  readonly verifiedBy: string;
  /** Names what it reported of its tests (writes/test-runs.ts); null where nobody looked. */
  readonly testRunsHash?: string | null;
  /** It ran in a clean checkout of the commit, so that a green one may count for the same files elsewhere. */
  readonly clean: boolean;
  readonly startedAt: Date;
  readonly finishedAt: Date;
}

/** Writes a check's result; a later run of the same check on the same commit replaces it. */
export async function recordEvidence(db: Database, row: EvidenceRow): Promise<void> {
  const result = {
    tree_sha: row.treeSha,
    command: row.command,
    exit_code: row.exitCode,
    output: row.output,
    verified_by: row.verifiedBy,
    started_at: row.startedAt,
    finished_at: row.finishedAt,
    clean: row.clean,
    covered_by: null,
    policy_hash: row.policyHash,
    test_runs_hash: row.testRunsHash ?? null,
    recorded_at: sql<Date>`clock_timestamp()`,
  };
  const key = { epic_id: row.epicId, task_key: row.taskKey, commit_sha: row.commitSha, check_name: row.checkName };
  await db
    .insertInto('evidence')
    .values({ ...key, ...result })
    .onConflict((conflict) => conflict.columns(['epic_id', 'task_key', 'commit_sha', 'check_name']).doUpdateSet(result))
    .execute();
}

/** Takes back a finding that no longer holds. */
export async function removeEvidence(
  db: Database,
  key: Pick<EvidenceRow, 'epicId' | 'taskKey' | 'commitSha' | 'checkName'>,
): Promise<void> {
  await db
    .deleteFrom('evidence')
    .where('epic_id', '=', key.epicId)
    .where('task_key', '=', key.taskKey)
    .where('commit_sha', '=', key.commitSha)
    .where('check_name', '=', key.checkName)
    .execute();
}

/**
 * Lets a check that passed for the same files under the same policy anywhere in the epic count for this commit too, unless it only passed for
 * these and more. Answers the names of the checks that need not run again.
 */
export async function reuseEvidence(
  db: Database,
  input: Pick<EvidenceRow, 'epicId' | 'taskKey' | 'commitSha' | 'treeSha' | 'policyHash'> & {
    readonly checks: readonly { readonly name: string; readonly command: string }[];
  },
): Promise<Set<string>> {
  const { epicId, taskKey, commitSha, treeSha, policyHash, checks } = input;
  const reused = new Set<string>();
  for (const { name, command } of checks) {
    const { rows } = await sql<{ check_name: string }>`
      with green as (
        select * from evidence
        where epic_id = ${epicId} and tree_sha = ${treeSha} and check_name = ${name} and command = ${command}
          and exit_code = 0 and clean and covered_by is null and policy_hash is not distinct from ${policyHash}
        order by finished_at limit 1
      )
      insert into evidence
        (epic_id, task_key, commit_sha, tree_sha, check_name, command, exit_code, output, verified_by, started_at, finished_at,
         clean, policy_hash, test_runs_hash)
      select epic_id, ${taskKey}, ${commitSha}, tree_sha, check_name, command, exit_code, output, verified_by, started_at,
        finished_at, clean, policy_hash, test_runs_hash
      from green
      on conflict (epic_id, task_key, commit_sha, check_name) do update set
        command = excluded.command, exit_code = excluded.exit_code, output = excluded.output,
        verified_by = excluded.verified_by, started_at = excluded.started_at, finished_at = excluded.finished_at,
        clean = excluded.clean, covered_by = null, policy_hash = excluded.policy_hash,
        test_runs_hash = excluded.test_runs_hash, recorded_at = clock_timestamp()
      returning check_name`.execute(db);
    for (const row of rows) reused.add(row.check_name);
  }
  return reused;
}

/**
 * Lets what was green for a commit count for another one that it holds, and says so. Answers the names of the checks that
 * need not run. Idempotent.
 */
export async function coverEvidence(
  db: Database,
  input: Pick<EvidenceRow, 'epicId' | 'taskKey' | 'commitSha' | 'treeSha' | 'policyHash'> & {
    readonly checks: readonly { readonly name: string; readonly command: string }[];
    readonly by: Pick<EvidenceRow, 'epicId' | 'taskKey' | 'commitSha'>;
  },
): Promise<Set<string>> {
  const { epicId, taskKey, commitSha, treeSha, policyHash, checks, by } = input;
  const covered = new Set<string>();
  for (const { name, command } of checks) {
    const { rows } = await sql<{ check_name: string }>`
      insert into evidence
        (epic_id, task_key, commit_sha, tree_sha, check_name, command, exit_code, output, verified_by, started_at, finished_at,
         clean, covered_by, policy_hash, test_runs_hash)
      select ${epicId}, ${taskKey}, ${commitSha}, ${treeSha}, check_name, command, exit_code, output, verified_by, started_at,
        finished_at, clean, commit_sha, policy_hash, test_runs_hash
      from evidence
      where epic_id = ${by.epicId} and task_key = ${by.taskKey} and commit_sha = ${by.commitSha} and check_name = ${name}
        and command = ${command} and exit_code = 0 and clean and policy_hash is not distinct from ${policyHash}
      on conflict (epic_id, task_key, commit_sha, check_name) do update set
        command = excluded.command, exit_code = excluded.exit_code, output = excluded.output,
        verified_by = excluded.verified_by, started_at = excluded.started_at, finished_at = excluded.finished_at,
        clean = excluded.clean, covered_by = excluded.covered_by, policy_hash = excluded.policy_hash,
        test_runs_hash = excluded.test_runs_hash, recorded_at = clock_timestamp()
      returning check_name`.execute(db);
    for (const row of rows) covered.add(row.check_name);
  }
  return covered;
}
