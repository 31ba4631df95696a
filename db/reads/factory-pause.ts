/** The pause of the whole factory, while there is one. */
import type { Database } from '../connection.ts';
import { isoTime } from './columns.ts';

export interface FactoryPause {
  readonly by: string;
  readonly comment: string | null;
  /** ISO 8601. */
  readonly since: string;
}

/** Null while the factory is not paused. */
export async function readFactoryPause(db: Database): Promise<FactoryPause | null> {
  const row = await db.selectFrom('factory_pause').select(['by', 'comment', 'since']).executeTakeFirst();
  return row === undefined ? null : { ...row, since: isoTime(row.since) };
}

/** The line that each open epic's log gets when a pause ends. */
export const RESUMED = 'resume the whole factory';

/** Whether a pause ended since then (ISO 8601), by the log of an epic that was open. */
export async function wasResumedSince(
  db: Database,
  { epicId, since }: { readonly epicId: string; readonly since: string },
): Promise<boolean> {
  const row = await db
    .selectFrom('decision_log')
    .select('id')
    .where('epic_id', '=', epicId)
    .where('decision', '=', RESUMED)
    .where('at', '>', new Date(since))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Who paused the factory and why, in words. */
export const pauseWords = ({ by, comment }: Pick<FactoryPause, 'by' | 'comment'>): string =>
  `the factory is paused by ${by}${comment === null ? '' : `: ${comment}`}`;
