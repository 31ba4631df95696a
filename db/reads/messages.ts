/** Messages that their epics have not applied yet. */
import { sql } from 'kysely';
import type { MessageOutcome, StoredMessage } from '../../workflows/contract/messages.ts';
import type { Database } from '../connection.ts';
import { isoTime } from './columns.ts';

/** The message of an epic to deliver next: the oldest that has no outcome. */
export async function nextMessage(db: Database, epicId: string): Promise<StoredMessage | undefined> {
  const row = await unapplied(db, epicId).select(['epic_id', 'id', 'name', 'input']).limit(1).executeTakeFirst();
  return row === undefined ? undefined : { epicId: row.epic_id, id: row.id, name: row.name, input: row.input };
}

/** Oldest first. */
const unapplied = (db: Database, epicId: string) =>
  db.selectFrom('messages').where('epic_id', '=', epicId).where('outcome', 'is', null).orderBy('position');

/** Epics with messages that have waited for at least `seconds`. */
export async function epicsWithMessages(db: Database, seconds: number): Promise<string[]> {
  const rows = await db
    .selectFrom('messages')
    .select('epic_id')
    .distinct()
    .where('outcome', 'is', null)
    .where('sent_at', '<=', sql<Date>`now() - make_interval(secs => ${seconds})`)
    .execute();
  return rows.map((row) => row.epic_id);
}

/** The outcome of a message; undefined until it is settled. */
export async function messageOutcome(db: Database, epicId: string, id: string): Promise<MessageOutcome | undefined> {
  const row = await db
    .selectFrom('messages')
    .select('outcome')
    .where('epic_id', '=', epicId)
    .where('id', '=', id)
    .executeTakeFirst();
  return (row?.outcome as MessageOutcome | null) ?? undefined;
}

/** Whether a message is stored that was applied, or still may be: one that was refused counts as never sent. */
export async function isStored(db: Database, epicId: string, id: string): Promise<boolean> {
  const row = await db
    .selectFrom('messages')
    .select('id')
    .where('epic_id', '=', epicId)
    .where('id', '=', id)
    .where(sql<boolean>`(outcome is null or outcome ->> 'kind' <> 'refused')`)
    .executeTakeFirst();
  return row !== undefined;
}

/** For screens: what an epic was sent and has not applied yet, oldest first. */
export async function listUnapplied(db: Database, epicId: string) {
  const rows = await unapplied(db, epicId).select(['id', 'name', 'input', 'sent_at']).limit(100).execute();
  return rows.map((row) => {
    const { by = 'unknown', taskKey = null, decision = null } = row.input as Record<string, string | undefined>;
    return { id: row.id, name: row.name, by, taskKey, decision, sentAt: isoTime(row.sent_at) };
  });
}
