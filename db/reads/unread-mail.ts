/** The mail that an agent has not read, and the workflows that wait for mail to an address. */
import { sql } from 'kysely';
import { agentWorkflowId, epicWorkflowId } from '../../workflows/contract/ids.ts';
import { type Address, addressOf, taskOfAddress } from '../../workflows/contract/mail.ts';
import type { Purpose } from '../../workflows/contract/states.ts';
import type { Database } from '../connection.ts';
import { LAST_TURN } from './lineage.ts';

export interface MailReader {
  readonly epicId: string;
  readonly transcript: string;
  readonly purpose: Purpose;
  readonly taskKey?: string | undefined;
}

export interface UnreadMail {
  readonly number: number;
  readonly kind: 'mail' | 'word';
  readonly sender: string;
  readonly senderName: string | null;
  readonly recipient: string;
  readonly subject: string;
  readonly body: string;
  readonly replyTo: number | null;
  readonly awaitReply: boolean;
  readonly times: number;
  readonly sentAt: Date;
  /** Another agent at the same address has read it. */
  readonly isOld: boolean;
}

/** In place of the time of a call that is still to be made. It is stored with mail whose reader looks only when called. */
export const OWED = sql<Date>`'-infinity'::timestamptz`;

/** More wait for the turn after. */
const MOST_AT_ONCE = 30;

/**
 * What is not in the transcript yet, words of people before mail, each oldest first. A transcript that was forked knows what
 * was read before the turn that it was forked at, and a Worker that takes another's place knows nothing. Words of people also
 * reach those who review.
 */
export async function readUnread(db: Database, reader: MailReader): Promise<UnreadMail[]> {
  const { epicId, transcript, purpose, taskKey } = reader;
  const address = addressOf(purpose, taskKey);
  const words = ['epic', ...(taskKey === undefined ? [] : [`task/${taskKey}`])];
  const { rows } = await sql<UnreadMail>`
    with recursive line as (
      select id, forked_from, coalesce(at_turn, 0) as after, ${LAST_TURN}::int as up_to
      from transcripts where id = ${transcript}
      union all
      select parent.id, parent.forked_from, coalesce(parent.at_turn, 0), least(line.after, line.up_to)
      from line join transcripts parent on parent.id = line.forked_from
    )
    select number, kind, sender, sender_name as "senderName", recipient, subject, body, reply_to as "replyTo",
      await_reply as "awaitReply", 1 + cardinality(repeated_by) as times, sent_at as "sentAt",
      exists (
        select from mail_deliveries read join transcripts other on other.id = read.transcript
        where read.mail = mail.number and other.purpose = ${purpose}) as "isOld"
    from mail
    where epic_id = ${epicId} and lapsed_at is null
      and recipient = any(${[address, ...words]}::text[])
      and case kind when 'word' then recipient = any(${words}::text[]) else recipient = ${address} end
      and not exists (
        select from mail_deliveries read join line on line.id = read.transcript
        where read.mail = mail.number and read.turn > line.after and read.turn <= line.up_to)
      -- Of the agents at one address that serve different purposes, one reads it.
      and (kind = 'word' or not exists (
        select from mail_deliveries read join transcripts other on other.id = read.transcript
        where read.mail = mail.number and other.purpose <> ${purpose}))
    -- A person's word waits behind no flood of mail.
    order by (kind = 'word') desc, number
    limit ${MOST_AT_ONCE}
  `.execute(db);
  return rows;
}

/**
 * The workflows that may wait for mail to the address and have not been called since they looked last; of a word to the
 * whole epic the agents of its tasks.
 */
export async function readersToCall(db: Database, epicId: string, recipient: Address | 'epic'): Promise<string[]> {
  const taskKey = taskOfAddress(recipient);
  const purposes = recipient === 'epic' ? ['plan', 'implement'] : purposesAt(recipient);
  const { rows } = await sql<{ id: string }>`
    select distinct on (task_key, purpose) id from transcripts
    where epic_id = ${epicId} and purpose = any(${purposes}::text[])
      and (${taskKey ?? null}::text is null or task_key = ${taskKey ?? null})
    order by task_key, purpose, attempt desc
  `.execute(db);
  const readers = rows.map(({ id }) => agentWorkflowId(id));
  if (recipient === 'orchestrator') readers.push(epicWorkflowId(epicId));
  if (readers.length === 0) return [];
  const called = await db
    .selectFrom('mail_calls')
    .select('workflow_id')
    .where('workflow_id', 'in', readers)
    .where('called_at', '>', OWED)
    .execute();
  const known = new Set(called.map((row) => row.workflow_id));
  return readers.filter((workflowId) => !known.has(workflowId));
}

/** Epics at work that are still to be called: Temporal was away when mail came, or the process died before the call. */
export async function readOwedCalls(db: Database): Promise<string[]> {
  const rows = await db
    .selectFrom('mail_calls')
    .innerJoin('epics', 'epics.workflow_id', 'mail_calls.workflow_id')
    .select('mail_calls.workflow_id')
    .where('mail_calls.called_at', '=', OWED)
    .where('epics.closed_at', 'is', null)
    .orderBy('mail_calls.workflow_id')
    .execute();
  return rows.map(({ workflow_id }) => workflow_id);
}

/** The purposes of the agents that read mail at an address. */
function purposesAt(address: Address): string[] {
  if (address.startsWith('task/')) return ['implement'];
  if (address.startsWith('review/')) return ['review'];
  return address === 'orchestrator' ? ['plan', 'correspond'] : [];
}
