/** An epic's row, as the epic last told it. */
import { type RawBuilder, sql } from 'kysely';
import { epicWorkflowId } from '../../workflows/contract/ids.ts';
import type { EpicView } from '../../workflows/contract/records.ts';
import type { Database } from '../connection.ts';
import { optionalJson } from '../json.ts';

/** The place of one write in the order of an execution's writes. */
export interface WriteOrder {
  readonly runId: string;
  readonly generation: number;
  /** When it was told, for what is written again later; now unless given. */
  readonly at?: Date;
}

/** For columns that say when a row was last told. */
export const toldAt = ({ at }: WriteOrder): RawBuilder<Date> => sql<Date>`coalesce(${at ?? null}::timestamptz, now())`;

/**
 * Writes the epic unless something newer was written before; returns whether it did.
 * A closed row only opens again for a later run, so that a record which was under way when its run was closed from
 * outside does not bring the epic back. A later record of the same end replaces it: two of them may overtake each other.
 */
export async function writeEpic(db: Database, view: EpicView, order: WriteOrder): Promise<boolean> {
  const { input, settings } = view;
  const columns = {
    run_id: order.runId,
    generation: order.generation,
    version: view.version,
    title: input.title,
    description: input.description,
    priority: input.priority,
    repository: settings?.repository ?? input.repository ?? null,
    base_branch: settings?.baseBranch ?? input.baseBranch ?? null,
    source_tracker: input.source?.tracker ?? null,
    source_id: input.source?.id ?? null,
    source_url: input.source?.url ?? null,
    state: view.state,
    phase: view.phase,
    hold: optionalJson(view.hold),
    failure: optionalJson(view.failure),
    paused: view.paused,
    admitted: view.admitted,
    settings: optionalJson(settings),
    pull_request: view.pullRequest?.number ?? null,
    merged_sha: view.mergedSha ?? null,
    started_at: view.startedAt,
    updated_at: toldAt(order),
    closed_at: view.closedAt ?? null,
  };
  const written = await db
    .insertInto('epics')
    .values({ id: view.epicId, workflow_id: epicWorkflowId(view.epicId), ...columns })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet(columns)
        .where(
          sql<boolean>`(epics.generation, epics.version) < (excluded.generation, excluded.version)
            and (epics.closed_at is null or epics.generation < excluded.generation
              or (excluded.closed_at is not null and epics.state = excluded.state))`,
        ),
    )
    .returning('id')
    .executeTakeFirst();
  return written !== undefined;
}

/** The checkpoints of a closed epic are off the forge; that wrote no newer row of it. */
export async function noteSwept(db: Database, epicId: string): Promise<void> {
  await db.updateTable('epics').set({ swept_at: sql<Date>`now()` }).where('id', '=', epicId).execute();
}
