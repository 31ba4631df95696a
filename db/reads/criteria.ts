/** Acceptance criteria of tasks with what the latest review of each task found about them. */
import { sql } from 'kysely';
import type { CriterionProof, CriterionVerdict } from '../../workflows/contract/criteria.ts';
import type { Database } from '../connection.ts';
import { isoTime } from './columns.ts';

interface Judged {
  readonly verdict: CriterionVerdict;
  /** The command or `path:line`; empty where the review names none. */
  readonly how: string;
  readonly note: string;
  readonly proof: CriterionProof;
  readonly exitCode: number | null;
  readonly commitSha: string;
  /** A later commit was handed in, of which no review has spoken yet. */
  readonly isOutdated: boolean;
  readonly reviewer: string | null;
  readonly turn: number | null;
  readonly at: string;
}

/** `judged` is null when nobody has checked the criterion. */
export interface CriterionState {
  readonly criterion: string;
  readonly judged: Judged | null;
}

interface Row extends Omit<Judged, 'at'> {
  readonly key: string;
  readonly text: string;
  readonly at: Date;
}

/**
 * By task, of the commit that was reviewed last; of all tasks of the epic without a key. Returns a function that
 * joins what was found to the criteria of a task: by their text, so that an edited criterion counts as not checked.
 */
export async function readCriteria(db: Database, epicId: string, taskKey?: string) {
  const { rows } = await sql<Row>`
    with last as (
      select distinct on (task_key) task_key, commit_sha from judged_criteria
      where epic_id = ${epicId} and (${taskKey ?? null}::text is null or task_key = ${taskKey ?? null})
      order by task_key, recorded_at desc, commit_sha
    )
    select task_key as key, text, verdict, how, note, proof, exit_code as "exitCode", commit_sha as "commitSha", reviewer,
      turn, recorded_at as at,
      exists (
        select from submissions
        where submissions.epic_id = judged_criteria.epic_id and submissions.task_key = judged_criteria.task_key
          and state in ('verified', 'red') and submissions.tree_sha <> judged_criteria.tree_sha
          and submissions.updated_at > judged_criteria.recorded_at
      ) as "isOutdated"
    from judged_criteria join last using (task_key, commit_sha) where epic_id = ${epicId}
    order by task_key, criterion
  `.execute(db);
  const found = Map.groupBy(rows, ({ key }) => key);
  return (key: string, acceptance: readonly string[]): CriterionState[] => {
    const open = [...(found.get(key) ?? [])];
    return acceptance.map((criterion) => {
      const index = open.findIndex(({ text }) => text === criterion);
      const [row] = index === -1 ? [] : open.splice(index, 1);
      if (row === undefined) return { criterion, judged: null };
      const { key: _, text: __, at, ...judged } = row;
      return { criterion, judged: { ...judged, at: isoTime(at) } };
    });
  };
}
