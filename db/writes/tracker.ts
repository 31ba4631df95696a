/** What the intake did with the tracker's issues. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

export interface LookedAt {
  readonly issueId: string;
  readonly identifier: string;
  readonly title: string;
  readonly url: string;
  readonly reason: string;
}

export interface Taken extends LookedAt {
  readonly epicId: string;
  readonly generation: number;
  readonly takenAt: Date;
  readonly textHash: string;
}

/** Says which epic an issue became. Idempotent: a generation that was written stays as it is. */
export async function writeTaken(db: Database, taken: Taken): Promise<void> {
  const { epicId, generation, takenAt, textHash } = taken;
  const row = {
    ...columns(taken),
    outcome: 'taken',
    epic_id: epicId,
    generation,
    taken_at: takenAt,
    text_hash: textHash,
  };
  await db
    .insertInto('tracker_issues')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .column('issue_id')
        .doUpdateSet({ ...row, looked_at: sql`now()` })
        .where('tracker_issues.generation', '<', generation),
    )
    .execute();
}

/** Says why an issue that asks to be built was left; the epic that it once became is kept. Idempotent. */
export async function writeSkipped(db: Database, looked: LookedAt): Promise<void> {
  const row = { ...columns(looked), outcome: 'skipped' };
  await db
    .insertInto('tracker_issues')
    .values(row)
    .onConflict((conflict) => conflict.column('issue_id').doUpdateSet({ ...row, looked_at: sql`now()` }))
    .execute();
}

/** Everything up to here was passed on; `passed` names what of it the next poll will see again. Never goes back. */
export async function writePolled(db: Database, tracker: string, seenUntil: Date, passed: string[]): Promise<void> {
  const row = { seen_until: seenUntil, passed };
  await db
    .insertInto('tracker_polls')
    .values({ tracker, ...row })
    .onConflict((conflict) =>
      conflict.column('tracker').doUpdateSet(row).where('tracker_polls.seen_until', '<=', seenUntil),
    )
    .execute();
}

const columns = ({ issueId, identifier, title, url, reason }: LookedAt) => ({
  ...{ issue_id: issueId, identifier, title, url, reason },
});
