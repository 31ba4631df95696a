/** Messages of people to epics: stored once, settled once. */
import { sql } from 'kysely';
import type { MessageOutcome, StoredMessage } from '../../workflows/contract/messages.ts';
import type { Database } from '../connection.ts';
import { optionalJson } from '../json.ts';
import type { Json } from '../schema.ts';
import { AsWritten, storableJson } from '../text.ts';

export interface StoredBefore {
  /** When it was applied before. */
  readonly outcome: MessageOutcome | undefined;
  /** The message that has the id says something else. */
  readonly isOther: boolean;
}

/**
 * Stores a message, as it is to be applied, unless it is there; one that was refused counts as sent now, after all others. Idempotent by (epic, id).
 */
export async function storeMessage(db: Database, message: StoredMessage): Promise<StoredBefore> {
  const { epicId, id, name, input } = message;
  const stored = sql<Json>`${new AsWritten(input ?? {})}::jsonb`;
  // One that is settled has lost its secrets.
  const settled = sql<Json>`${storableJson(input ?? {})}::jsonb`;
  await db
    .insertInto('messages')
    .values({ epic_id: epicId, id, name, input: stored })
    .onConflict((conflict) =>
      conflict
        .columns(['epic_id', 'id'])
        .doUpdateSet({
          ...{ input: stored, sent_at: sql<Date>`now()`, outcome: null, settled_at: null },
          position: sql<number>`default`,
        })
        .where(sql<boolean>`messages.outcome ->> 'kind' = 'refused'`),
    )
    .execute();
  const row = await db
    .selectFrom('messages')
    .select([
      'outcome',
      sql<boolean>`input is distinct from ${stored} and input is distinct from ${settled}`.as('isOther'),
    ])
    .where('epic_id', '=', epicId)
    .where('id', '=', id)
    .executeTakeFirst();
  return { outcome: (row?.outcome as MessageOutcome | null) ?? undefined, isOther: row?.isOther ?? false };
}

/** Writes the outcome of a message; the first one stays. Nobody applies it again, so its secrets go. */
export async function settleMessage(db: Database, epicId: string, id: string, outcome: MessageOutcome): Promise<void> {
  const row = await db
    .selectFrom('messages')
    .select('input')
    .where('epic_id', '=', epicId)
    .where('id', '=', id)
    .executeTakeFirst();
  const input = sql<Json>`${storableJson(row?.input ?? {})}::jsonb`;
  await db
    .updateTable('messages')
    .set({ outcome: optionalJson(outcome), settled_at: sql<Date>`now()`, ...(row === undefined ? {} : { input }) })
    .where('epic_id', '=', epicId)
    .where('id', '=', id)
    .where('outcome', 'is', null)
    .execute();
}

/** Removes a message to an epic that there never was. */
export async function forgetMessage(db: Database, epicId: string, id: string): Promise<void> {
  await db.deleteFrom('messages').where('epic_id', '=', epicId).where('id', '=', id).execute();
}
