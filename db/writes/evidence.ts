/** What verification ran and found, by commit and check. */
import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../connection.ts';
import { isClean } from '../reads/evidence.ts';

export interface EvidenceKey {
  readonly epicId: string;
  /** `epic` for the epic's own integration check. */
  readonly taskKey: string;
  readonly commitSha: string;
  readonly treeSha: string;
  /** Names the policy that it was found under; null before that was written down. */
  readonly policyHash: string | null;
}

export interface EvidenceRow extends EvidenceKey {
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

interface Check {
  readonly name: string;
  readonly command: string;
}

/** The commit that evidence is copied to, and the checks that it is wanted of. */
interface Wanted extends EvidenceKey {
  readonly checks: readonly Check[];
}

/**
 * Lets a check that passed for the same files under the same policy anywhere in the epic count for this commit too, unless it only passed for
 * these and more. Returns the names of the checks that need not run again.
 */
export async function reuseEvidence(db: Database, wanted: Wanted): Promise<Set<string>> {
  const { epicId, treeSha, policyHash } = wanted;
  return await copyGreen(
    db,
    wanted,
    ({ name, command }) => sql`
        select *, null::text as by_commit from evidence
        where epic_id = ${epicId} and tree_sha = ${treeSha} and check_name = ${name} and command = ${command}
          and exit_code = 0 and ${isClean(policyHash)}
        order by finished_at limit 1`,
  );
}

/**
 * Lets what was green for a commit count for another one that it holds, and says so. Returns the names of the checks that
 * need not run. Idempotent.
 */
export async function coverEvidence(
  db: Database,
  input: Wanted & { readonly by: Pick<EvidenceRow, 'epicId' | 'taskKey' | 'commitSha'> },
): Promise<Set<string>> {
  const { policyHash, by } = input;
  return await copyGreen(
    db,
    input,
    ({ name, command }) => sql`
        select *, commit_sha as by_commit from evidence
        where epic_id = ${by.epicId} and task_key = ${by.taskKey} and commit_sha = ${by.commitSha} and check_name = ${name}
          and command = ${command} and exit_code = 0 and clean and policy_hash is not distinct from ${policyHash}`,
  );
}

/**
 * Writes for each check the row that `green` selects, if there is one, as evidence of the wanted commit. Its `by_commit` is
 * the commit that covers this one. Returns the names of the checks with such a row.
 */
async function copyGreen(
  db: Database,
  { epicId, taskKey, commitSha, treeSha, checks }: Wanted,
  green: (check: Check) => RawBuilder<unknown>,
): Promise<Set<string>> {
  const copied = new Set<string>();
  for (const check of checks) {
    const { rows } = await sql<{ check_name: string }>`
      with green as (${green(check)})
      insert into evidence
        (epic_id, task_key, commit_sha, tree_sha, check_name, command, exit_code, output, verified_by, started_at, finished_at,
         clean, covered_by, policy_hash, test_runs_hash)
      select ${epicId}, ${taskKey}, ${commitSha}, ${treeSha}, check_name, command, exit_code, output, verified_by, started_at,
        finished_at, clean, by_commit, policy_hash, test_runs_hash
      from green
      on conflict (epic_id, task_key, commit_sha, check_name) do update set
        command = excluded.command, exit_code = excluded.exit_code, output = excluded.output,
        verified_by = excluded.verified_by, started_at = excluded.started_at, finished_at = excluded.finished_at,
        clean = excluded.clean, covered_by = excluded.covered_by, policy_hash = excluded.policy_hash,
        test_runs_hash = excluded.test_runs_hash, recorded_at = clock_timestamp()
      returning check_name`.execute(db);
    for (const row of rows) copied.add(row.check_name);
  }
  return copied;
}
