/** The append-only decision log. */
import type { DecisionEntry } from '../../workflows/contract/records.ts';
import type { Database } from '../connection.ts';

/** Appends entries whose key is new. Idempotent by key. */
export async function appendDecisions(
  db: Database,
  entries: readonly (Omit<DecisionEntry, 'seq'> & { readonly key: string })[],
): Promise<void> {
  if (entries.length === 0) return;
  await db
    .insertInto('decision_log')
    .values(
      entries.map((entry) => ({
        entry_key: entry.key,
        epic_id: entry.epicId ?? null,
        task_key: entry.taskKey ?? null,
        actor: entry.actor,
        kind: entry.kind,
        decision: entry.decision,
        reason: entry.reason,
        at: entry.at,
      })),
    )
    .onConflict((conflict) => conflict.column('entry_key').doNothing())
    .execute();
}
