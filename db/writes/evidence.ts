/** What verification ran and found, by commit and check. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

export interface EvidenceRow {
  readonly epicId: string;
  /** `epic` for the epic's own integration check. */
  readonly taskKey: string;
  readonly commitSha: string;
  readonly treeSha: string;
  readonly checkName: string;
  readonly command: string;
  readonly exitCode: number;
  /** The end of what the check printed. */
  readonly output: string;
  readonly verifiedBy: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
}

/** Writes a check's result; a later run of the same check on the same commit replaces it. */
export async function recordEvidence(db: Database, row: EvidenceRow): Promise<void> {
  const result = {
    ...{ tree_sha: row.treeSha, command: row.command, exit_code: row.exitCode, output: row.output },
    ...{ verified_by: row.verifiedBy, started_at: row.startedAt, finished_at: row.finishedAt },
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
 * Lets a check that passed for the same files anywhere in the epic count for this commit too. Answers the names of the
 * checks that need not run again.
 */
export async function reuseEvidence(
  db: Database,
  input: Pick<EvidenceRow, 'epicId' | 'taskKey' | 'commitSha' | 'treeSha'> & {
    readonly checks: readonly { readonly name: string; readonly command: string }[];
  },
): Promise<Set<string>> {
  const { epicId, taskKey, commitSha, treeSha, checks } = input;
  const reused = new Set<string>();
  for (const { name, command } of checks) {
    const { rows } = await sql<{ check_name: string }>`
      with green as (
        select * from evidence
        where epic_id = ${epicId} and tree_sha = ${treeSha} and check_name = ${name} and command = ${command}
          and exit_code = 0
        order by finished_at limit 1
      )
      insert into evidence
        (epic_id, task_key, commit_sha, tree_sha, check_name, command, exit_code, output, verified_by, started_at, finished_at)
      select epic_id, ${taskKey}, ${commitSha}, tree_sha, check_name, command, exit_code, output, verified_by, started_at, finished_at
      from green
      on conflict (epic_id, task_key, commit_sha, check_name) do update set
        command = excluded.command, exit_code = excluded.exit_code, output = excluded.output,
        verified_by = excluded.verified_by, started_at = excluded.started_at, finished_at = excluded.finished_at
      returning check_name`.execute(db);
    for (const row of rows) reused.add(row.check_name);
  }
  return reused;
}

/** What was green for a commit counts for another one that it holds, and says so. Idempotent. */
export async function shareEvidence(
  db: Database,
  input: {
    readonly key: Pick<EvidenceRow, 'epicId' | 'taskKey' | 'commitSha'>;
    readonly other: Pick<EvidenceRow, 'epicId' | 'taskKey' | 'commitSha' | 'treeSha'>;
    readonly checks: readonly { readonly name: string }[];
  },
): Promise<void> {
  const { key, other, checks } = input;
  const names = checks.map(({ name }) => name);
  if (names.length === 0) return;
  await sql`
    insert into evidence
      (epic_id, task_key, commit_sha, tree_sha, check_name, command, exit_code, output, verified_by, started_at, finished_at)
    select ${other.epicId}, ${other.taskKey}, ${other.commitSha}, ${other.treeSha}, check_name, command, exit_code, output,
      verified_by || ', in ' || left(commit_sha, 8) || ' together with others', started_at, finished_at
    from evidence
    where epic_id = ${key.epicId} and task_key = ${key.taskKey} and commit_sha = ${key.commitSha} and exit_code = 0
      and check_name in (${sql.join(names)})
    on conflict (epic_id, task_key, commit_sha, check_name) do nothing`.execute(db);
}
