/** Mail for people: the inbox, and one mail with what it belongs to. */
import { type SelectQueryBuilder, sql } from 'kysely';
import type { Database } from '../connection.ts';
import type { DB } from '../schema.ts';
import { isoTime, isoTimeOrNull } from './columns.ts';

export interface MailFilter {
  readonly epicId?: string | undefined;
  /** Only what people are to read and have not; else all of it, between agents too. */
  readonly isInbox: boolean;
  /** Only what has a lower number: the next page. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Newest first. */
export async function listMail(db: Database, { epicId, isInbox, before, limit }: MailFilter) {
  const rows = await withReader(db)
    .$if(epicId !== undefined, (query) => query.where('mail.epic_id', '=', epicId ?? ''))
    .$if(isInbox, (query) =>
      query.where('mail.read_at', 'is', null).where('mail.recipient', 'in', ['human', 'supervisor']),
    )
    .$if(before !== undefined, (query) => query.where('mail.number', '<', before ?? 0))
    .orderBy('mail.number', 'desc')
    .limit(limit)
    .execute();
  return rows.map(asMail);
}

/** How much people have not read. */
export async function countInbox(db: Database): Promise<number> {
  const { waiting } = await db
    .selectFrom('mail')
    .select(sql<number>`count(*)::int`.as('waiting'))
    .where('read_at', 'is', null)
    .where('recipient', 'in', ['human', 'supervisor'])
    .executeTakeFirstOrThrow();
  return waiting;
}

/** A mail, what it answers, and the answers to it, oldest first; undefined when there is no such mail. */
export async function readThread(db: Database, number: number) {
  const [row] = await withReader(db).where('mail.number', '=', number).execute();
  if (row === undefined) return undefined;
  const answers = await withReader(db).where('mail.reply_to', '=', number).orderBy('mail.number').limit(200).execute();
  const [asked] = row.reply_to === null ? [] : await withReader(db).where('mail.number', '=', row.reply_to).execute();
  return { mail: asMail(row), answers: answers.map(asMail), asked: asked === undefined ? null : asMail(asked) };
}

/** With the turn that told it first. */
const withReader = (db: Database) =>
  db
    .selectFrom('mail')
    .innerJoin('epics', 'epics.id', 'mail.epic_id')
    .selectAll('mail')
    .select((row) => [
      'epics.title as epic_title',
      row
        .selectFrom('mail_deliveries')
        .select(
          sql<{ agentId: string; turn: number; at: string }>`json_build_object(
          'agentId', transcript, 'turn', turn, 'at', delivered_at)`.as('first'),
        )
        .whereRef('mail_deliveries.mail', '=', 'mail.number')
        .orderBy('delivered_at')
        .limit(1)
        .as('reader'),
    ]);

type Row = ReturnType<typeof withReader> extends SelectQueryBuilder<DB, never, infer Found> ? Found : never;

const asMail = (row: Row) => ({
  number: row.number,
  epicId: row.epic_id,
  epicTitle: row.epic_title,
  kind: row.kind as 'mail' | 'word',
  from: row.sender,
  by: row.sender_name,
  to: row.recipient,
  subject: row.subject,
  body: row.body,
  replyTo: row.reply_to,
  awaitsReply: row.await_reply,
  times: 1 + row.repeated_by.length,
  sentAt: isoTime(row.sent_at),
  lastSentAt: isoTime(row.last_sent_at),
  readBy: row.reader === null ? null : { ...row.reader, at: new Date(row.reader.at).toISOString() },
  doneAt: isoTimeOrNull(row.read_at),
  doneBy: row.read_by,
  lapsedAt: isoTimeOrNull(row.lapsed_at),
});
