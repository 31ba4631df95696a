/** What a review found about the acceptance criteria of its task. */
import { sql } from 'kysely';
import type { CriterionProof, CriterionVerdict } from '../../workflows/contract/criteria.ts';
import type { Database } from '../connection.ts';

export interface CriterionRow {
  readonly criterion: number;
  readonly text: string;
  readonly verdict: CriterionVerdict;
  readonly how: string;
  readonly note: string;
  readonly proof: CriterionProof;
  readonly exitCode: number | null;
  readonly turn: number | null;
}

export interface ReviewedCommit {
  readonly epicId: string;
  readonly taskKey: string;
  readonly commitSha: string;
  readonly treeSha: string;
  /** The agent. */
  readonly reviewer: string | null;
}

/** Writes the findings about a commit; a later review of the same commit replaces them. */
export async function writeCriteria(
  db: Database,
  commit: ReviewedCommit,
  rows: readonly CriterionRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const { epicId, taskKey, commitSha, treeSha, reviewer } = commit;
  const of = { epic_id: epicId, task_key: taskKey, commit_sha: commitSha, tree_sha: treeSha, reviewer };
  const values = rows.map(({ exitCode, ...row }) => ({ ...of, ...row, exit_code: exitCode }));
  await db
    .insertInto('judged_criteria')
    .values(values)
    .onConflict((conflict) =>
      conflict.columns(['epic_id', 'task_key', 'commit_sha', 'criterion']).doUpdateSet((row) => ({
        tree_sha: row.ref('excluded.tree_sha'),
        reviewer: row.ref('excluded.reviewer'),
        text: row.ref('excluded.text'),
        verdict: row.ref('excluded.verdict'),
        how: row.ref('excluded.how'),
        note: row.ref('excluded.note'),
        proof: row.ref('excluded.proof'),
        exit_code: row.ref('excluded.exit_code'),
        turn: row.ref('excluded.turn'),
        recorded_at: sql<Date>`clock_timestamp()`,
      })),
    )
    .execute();
}
