/** Mail and words of people to agents: stored once, counted when the same is sent again, settled once. */
import { sql } from 'kysely';
import { epicWorkflowId } from '../../workflows/contract/ids.ts';
import type { Database } from '../connection.ts';
import { OWED } from '../reads/unread-mail.ts';

export interface NewMail {
  /** The same id again is the same mail. */
  readonly id: string;
  readonly epicId: string;
  /** `mail` is data for whoever reads it, `word` what a person says to agents at work. */
  readonly kind: 'mail' | 'word';
  readonly sender: string;
  readonly senderName?: string;
  readonly senderTranscript?: string;
  readonly recipient: string;
  readonly subject: string;
  readonly body: string;
  readonly replyTo?: number;
  readonly awaitReply?: boolean;
  /** When it was sent, by the clock of the workflow that sends it; now without. */
  readonly at?: string;
}

export interface StoredMail {
  readonly number: number;
  /** False when it, or the same in other words of its sender, was there before. */
  readonly isNew: boolean;
  /** How often the same was sent; 1 the first time. */
  readonly times: number;
  readonly lastSentAt: Date;
  /** What is stored under the id says something else. */
  readonly isOther: boolean;
}

/**
 * Stores a mail, all of an epic one after the other, so that a lower number was visible before a higher one. An equal mail
 * of the same agent is counted instead, and shown to people again. With mail to the Orchestrator the call
 * of its epic is stored as still to be made, since an epic looks for mail only when called. Idempotent by id.
 */
export async function storeMail(db: Database, mail: NewMail): Promise<StoredMail> {
  const { id, epicId, kind, sender, recipient, subject, body, at } = mail;
  const sentAt = at === undefined ? sql<Date>`now()` : new Date(at);
  await sql`select pg_advisory_xact_lock(hashtextextended(${`mail/${epicId}`}, 0))`.execute(db);
  const known = await db
    .selectFrom('mail')
    .selectAll()
    .where('epic_id', '=', epicId)
    .where((row) => row.or([row('id', '=', id), sql<boolean>`${id} = any(repeated_by)`]))
    .executeTakeFirst();
  if (known !== undefined) {
    const isOther = known.recipient !== recipient || known.subject !== subject || known.body !== body;
    return { ...counted(known), isNew: false, isOther };
  }
  // One that waits is not the same as one that did not.
  const equal = db
    .selectFrom('mail')
    .select('number')
    .where('epic_id', '=', epicId)
    .where('kind', '=', 'mail')
    .where('sender', '=', sender)
    .where('sender', '<>', 'human')
    .where('recipient', '=', recipient)
    .where('subject', '=', subject)
    .where('body', '=', body)
    .where('await_reply', 'in', mail.awaitReply === true ? [true] : [true, false])
    .orderBy('number', 'desc')
    .limit(1);
  const repeated = await db
    .updateTable('mail')
    .set({
      repeated_by: sql<string[]>`array_append(repeated_by, ${id})`,
      last_sent_at: sentAt,
      read_at: null,
      read_by: null,
      lapsed_at: null,
    })
    .where('number', '=', equal)
    .returning(['number', 'repeated_by', 'last_sent_at'])
    .executeTakeFirst();
  if (repeated !== undefined) return { ...counted(repeated), isNew: false, isOther: false };
  const stored = await db
    .insertInto('mail')
    .values({
      ...{ id, epic_id: epicId, kind, sender, recipient, subject, body },
      sender_name: mail.senderName ?? null,
      sender_transcript: mail.senderTranscript ?? null,
      reply_to: mail.replyTo ?? null,
      await_reply: mail.awaitReply ?? false,
      sent_at: sentAt,
      last_sent_at: sentAt,
    })
    .returning(['number', 'repeated_by', 'last_sent_at'])
    .executeTakeFirstOrThrow();
  if (kind === 'mail' && recipient === 'orchestrator') {
    const owed = { workflow_id: epicWorkflowId(epicId), called_at: OWED };
    await db
      .insertInto('mail_calls')
      .values(owed)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  return { ...counted(stored), isNew: true, isOther: false };
}

/** Whether a mail was stored under the id, also as the repetition of another. */
export async function isMailStored(db: Database, epicId: string, id: string): Promise<boolean> {
  const stored = await db
    .selectFrom('mail')
    .select('number')
    .where('epic_id', '=', epicId)
    .where((row) => row.or([row('id', '=', id), sql<boolean>`${id} = any(repeated_by)`]))
    .executeTakeFirst();
  return stored !== undefined;
}

const counted = (row: { readonly number: number; readonly repeated_by: string[]; readonly last_sent_at: Date }) => ({
  number: row.number,
  times: 1 + row.repeated_by.length,
  lastSentAt: row.last_sent_at,
});

/** Notes that a person is done with mail to people; the first one stays. False when there is none such open. */
export async function readMail(db: Database, number: number, by: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('mail')
    .set({ read_at: sql<Date>`now()`, read_by: by })
    .where('number', '=', number)
    .where('recipient', 'in', ['human', 'supervisor'])
    .where('read_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/**
 * Notes what no agent of the epic will read any more, because its task or the epic has ended, and says so in the decision
 * log. Idempotent. Returns the numbers.
 */
export async function lapseMail(db: Database, epicId: string): Promise<number[]> {
  const { rows } = await sql<{ number: number }>`
    with lapsed as (
      update mail set lapsed_at = now()
      where epic_id = ${epicId} and lapsed_at is null and recipient not in ('human', 'supervisor')
        and not exists (
          select from mail_deliveries read join transcripts reader on reader.id = read.transcript
          where read.mail = mail.number and (mail.kind = 'mail' or reader.purpose in ('plan', 'implement')))
        and (
          exists (select from epics where id = ${epicId} and closed_at is not null)
          or exists (
            select from tasks where tasks.epic_id = ${epicId} and tasks.key = split_part(recipient, '/', 2)
              and tasks.state in ('COMPLETED', 'CANCELLED'))
        )
      returning number, kind, sender, sender_name, recipient, subject, body
    ), said as (
      insert into decision_log (entry_key, epic_id, task_key, actor, kind, decision, reason, at)
      select 'mail/' || number || '/lapsed', ${epicId}, nullif(split_part(recipient, '/', 2), ''), 'factory', 'failure',
        kind || ' ' || number || ' by ' || coalesce(sender_name, sender) || ' reached nobody',
        'its recipient ended before its next turn: ' || left(case kind when 'word' then body else subject end, 500), now()
      from lapsed
      on conflict do nothing
    )
    select number from lapsed order by number
  `.execute(db);
  return rows.map(({ number }) => number);
}

/**
 * Of words by their ids, those that no Worker has read: none will read them from now on. Returns their ids, also of what was
 * never stored. Idempotent.
 */
export async function lapseUnheard(db: Database, epicId: string, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update mail set lapsed_at = coalesce(lapsed_at, now())
    where epic_id = ${epicId} and id = any(${ids}::text[])
      and not exists (
        select from mail_deliveries read join transcripts reader on reader.id = read.transcript
        where read.mail = mail.number and reader.purpose = 'implement')
    returning id
  `.execute(db);
  const stored = await db
    .selectFrom('mail')
    .select('id')
    .where('epic_id', '=', epicId)
    .where('id', 'in', ids)
    .execute();
  const [unread, known] = [new Set(rows.map(({ id }) => id)), new Set(stored.map(({ id }) => id))];
  return ids.filter((id) => unread.has(id) || !known.has(id));
}

/**
 * Calls a workflow for mail, unless it was called and has not looked since. A look waits until the call is noted, so that
 * it clears each call that came before it. Fails as `signal`; then it counts as not called.
 */
export async function callOnce(db: Database, workflowId: string, signal: () => Promise<void>): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockCalls(trx, workflowId);
    const call = await trx
      .insertInto('mail_calls')
      .values({ workflow_id: workflowId })
      .onConflict((conflict) =>
        conflict
          .column('workflow_id')
          .doUpdateSet({ called_at: sql<Date>`now()` })
          .where('mail_calls.called_at', '=', OWED),
      )
      .returning('workflow_id')
      .executeTakeFirst();
    if (call !== undefined) await signal();
  });
}

/** Notes that a workflow looks for mail now: what comes from now on calls it again. */
export async function clearCall(db: Database, workflowId: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockCalls(trx, workflowId);
    await trx.deleteFrom('mail_calls').where('workflow_id', '=', workflowId).execute();
  });
}

const lockCalls = (trx: Database, workflowId: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`mail-call/${workflowId}`}, 0))`.execute(trx);
