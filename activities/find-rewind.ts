/** Finds the turn that a person wants to take a task back to. */
import type { Database } from '../db/connection.ts';
import { readRewindPoints } from '../db/reads/rewinds.ts';

export interface FindRewindInput {
  readonly epicId: string;
  readonly taskKey: string;
  readonly turn: number;
}

export type FoundRewind =
  | { readonly kind: 'found'; readonly transcript: string; readonly turn: number }
  /** The task was taken back to this very turn and has done nothing since. */
  | { readonly kind: 'there' }
  | { readonly kind: 'none'; readonly reason: string };

export function createFindRewind({ db }: { db: Database }) {
  return {
    /**
     * Says in which transcript the present Worker's turn was taken, when its files were kept, and else why not.
     * Idempotent: it only reads.
     * Runs on: factory.
     */
    async findRewind({ epicId, taskKey, turn }: FindRewindInput): Promise<FoundRewind> {
      const { points, at } = await readRewindPoints(db, epicId, taskKey);
      if (at === turn) return { kind: 'there' };
      const point = points.find((candidate) => candidate.turn === turn);
      if (point !== undefined) return { kind: 'found', transcript: point.transcript, turn };
      const turns = points.map((candidate) => candidate.turn).join(', ');
      const remedy = turns === '' ? 'no turn of its Worker has' : `these have: ${turns}`;
      return { kind: 'none', reason: `Turn ${turn} of "${taskKey}" changed no file that was kept; ${remedy}` };
    },
  };
}
