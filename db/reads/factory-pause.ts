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

/** Who paused the factory and why, in words. */
export const pauseWords = ({ by, comment }: Pick<FactoryPause, 'by' | 'comment'>): string =>
  `the factory is paused by ${by}${comment === null ? '' : `: ${comment}`}`;
