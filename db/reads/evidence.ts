/** Evidence for screens, and the condition for evidence that counts as clean. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';
import { isoTime, tail } from './columns.ts';

/** For `where`: found in a clean checkout of its own commit, under this policy. */
export const isClean = (policyHash: string | null) =>
  sql<boolean>`clean and covered_by is null and policy_hash is not distinct from ${policyHash}`;

/** Under this key stands what was run for the epic itself, on all tasks together. */
export const EPIC_EVIDENCE = 'epic';

/** What was run on which commit, newest last, with the end of each log. */
export async function readEvidence(db: Database, epicId: string, key: string) {
  const rows = await db
    .selectFrom('evidence')
    .select([
      'commit_sha',
      'tree_sha',
      'check_name',
      'command',
      'exit_code',
      'verified_by',
      'covered_by',
      'policy_hash',
      'started_at',
      'finished_at',
    ])
    .select((row) => tail(row.ref('output'), 10_000).as('output'))
    .where('epic_id', '=', epicId)
    .where('task_key', '=', key)
    .orderBy('finished_at')
    .orderBy('check_name')
    .execute();
  return rows.map((row) => ({
    check: row.check_name,
    command: row.command,
    exitCode: row.exit_code,
    commitSha: row.commit_sha,
    treeSha: row.tree_sha,
    output: row.output,
    verifiedBy: row.verified_by,
    coveredBy: row.covered_by,
    policyHash: row.policy_hash,
    startedAt: isoTime(row.started_at),
    finishedAt: isoTime(row.finished_at),
  }));
}
