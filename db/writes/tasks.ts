/** A task's row and submissions, as the task itself last told them. */
import { sql } from 'kysely';
import type { SubmissionView, TaskView } from '../../workflows/contract/records.ts';
import type { Database } from '../connection.ts';
import { json, optionalJson } from '../json.ts';
import { toldAt, type WriteOrder } from './epics.ts';

/**
 * Writes the task unless something newer was written before; returns whether it did.
 * A row that is not there (its epic's record is still to come, after a rebuild of the projection) is left to later: each
 * record is the whole view, and once the task has closed its epic's record tells how.
 */
export async function writeTask(db: Database, view: TaskView, order: WriteOrder): Promise<boolean> {
  const written = await db
    .updateTable('tasks')
    .set({
      run_id: order.runId,
      generation: order.generation,
      version: view.version,
      state: view.state,
      phase: view.phase,
      hold: optionalJson(view.hold),
      failure: optionalJson(view.failure),
      attempt: view.attempt,
      rounds: json(view.rounds),
      host: view.placement?.host ?? null,
      epoch: view.placement?.epoch ?? null,
      branch: view.branch ?? null,
      worktree: view.worktree ?? null,
      pull_request: view.pullRequest?.number ?? null,
      started_at: view.startedAt,
      updated_at: toldAt(order),
      closed_at: view.closedAt ?? null,
    })
    .where('epic_id', '=', view.epicId)
    .where('key', '=', view.taskKey)
    // A closed row opens again only for a later run: a record under way when its run was closed from outside is late.
    // A later record of the same end replaces it, since two of them may overtake each other.
    .where(
      sql<boolean>`(generation is null or generation < ${order.generation}
        or (generation = ${order.generation} and version < ${view.version}
          and (closed_at is null or (${view.closedAt !== undefined} and state = ${view.state}))))`,
    )
    .returning('key')
    .executeTakeFirst();
  return written !== undefined;
}

/** Writes the submissions that are new or changed their state. */
export async function writeSubmissions(
  db: Database,
  epicId: string,
  taskKey: string,
  submissions: readonly SubmissionView[],
): Promise<void> {
  if (submissions.length === 0) return;
  await db
    .insertInto('submissions')
    .values(
      submissions.map((submission) => ({
        epic_id: epicId,
        task_key: taskKey,
        number: submission.number,
        head_sha: submission.headSha,
        tree_sha: submission.treeSha,
        state: submission.state,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['epic_id', 'task_key', 'number'])
        .doUpdateSet((row) => ({
          head_sha: row.ref('excluded.head_sha'),
          tree_sha: row.ref('excluded.tree_sha'),
          state: row.ref('excluded.state'),
          updated_at: sql`now()`,
        }))
        .where(
          sql<boolean>`(submissions.head_sha, submissions.tree_sha, submissions.state)
            is distinct from (excluded.head_sha, excluded.tree_sha, excluded.state)`,
        ),
    )
    .execute();
}
