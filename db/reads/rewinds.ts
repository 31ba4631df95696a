/** Where a task can be taken back to: the turns of its present Worker whose files were kept. */

import type { Database } from '../connection.ts';
import { isWithin, readLineage, readWorker } from './lineage.ts';

export interface RewindPoint {
  readonly turn: number;
  /** The transcript that the turn was taken in: the present one, or one that it was forked from. */
  readonly transcript: string;
  /** The commit on the task's checkpoint chain. */
  readonly checkpoint: string;
}

/** In order; `at` is where the present Worker was forked when it has taken no turn since. */
export async function readRewindPoints(
  db: Database,
  epicId: string,
  taskKey: string,
): Promise<{ points: RewindPoint[]; at: number | null }> {
  const present = await readWorker(db, epicId, taskKey);
  if (present === undefined) return { points: [], at: null };
  const segments = await readLineage(db, present.id);
  const turns = await db
    .selectFrom('agent_turns')
    .select(['turn', 'transcript', 'checkpoint'])
    .where(isWithin(segments))
    .orderBy('turn')
    .execute();
  const points = turns.flatMap(({ turn, transcript, checkpoint }) =>
    checkpoint === null ? [] : [{ turn, transcript, checkpoint }],
  );
  return { points, at: turns.some(({ transcript }) => transcript === present.id) ? null : present.atTurn };
}
