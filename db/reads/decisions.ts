/** The decision log of an epic. */
import type { Database } from '../connection.ts';
import { isoTime } from './columns.ts';

export interface LogPage {
  readonly epicId: string;
  /** Entries after this one, in the order of writing. */
  readonly after: number;
  readonly limit: number;
}

export async function readDecisions(db: Database, { epicId, after, limit }: LogPage) {
  const rows = await db
    .selectFrom('decision_log')
    .selectAll()
    .where('epic_id', '=', epicId)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    at: isoTime(row.at),
    taskKey: row.task_key,
    actor: row.actor,
    kind: row.kind,
    decision: row.decision,
    reason: row.reason,
  }));
}
