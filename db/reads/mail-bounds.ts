/** Whether a mail of an agent may be sent: who is at the address, and how much went there in the round. */
import { sql } from 'kysely';
import { type Address, taskOfAddress } from '../../workflows/contract/mail.ts';
import type { TaskState } from '../../workflows/contract/states.ts';
import type { Database } from '../connection.ts';

/** The state of the task at an address; null where the address is no task's, undefined where there is no such task. */
export async function readAddressee(
  db: Database,
  epicId: string,
  address: Address,
): Promise<TaskState | null | undefined> {
  const taskKey = taskOfAddress(address);
  if (taskKey === undefined) return null;
  const row = await db
    .selectFrom('tasks')
    .select('state')
    .where('epic_id', '=', epicId)
    .where('key', '=', taskKey)
    .executeTakeFirst();
  return row?.state as TaskState | undefined;
}

/** Whether somebody at an address of agents may answer soon: neither between two rounds nor held up by a person. */
export async function isAtWork(db: Database, epicId: string, address: Address): Promise<boolean> {
  if (address === 'orchestrator') return hasOpenTask(db, epicId);
  const { rows } = await sql`
    select from agents
    where epic_id = ${epicId} and task_key = ${taskOfAddress(address)} and closed_at is null
      and purpose = ${address.startsWith('review/') ? 'review' : 'implement'}
      and coalesce(hold ->> 'kind', '') not in ('person', 'pause', 'budget')
    limit 1
  `.execute(db);
  return rows.length > 0;
}

/** Whether the epic has a task that runs or may still run; a plan that is not recorded yet has. */
export async function hasOpenTask(db: Database, epicId: string): Promise<boolean> {
  const { isOpen } = await db
    .selectFrom('tasks')
    .select(sql<boolean>`coalesce(bool_or(state not in ('COMPLETED', 'CANCELLED')), true)`.as('isOpen'))
    .where('epic_id', '=', epicId)
    .executeTakeFirstOrThrow();
  return isOpen;
}

/** The white space that JavaScript's `trim` removes around an address. */
const SPACES =
  '\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';

interface SentCall {
  readonly transcript: string;
  readonly turn: number;
  readonly toolUseId: string;
  readonly to: Address;
}

/** Calls of `send_mail` to the address, since the transcript's round opened and before this one. */
export const countSent = (db: Database, call: SentCall): Promise<number> => count(db, call, false);

/** Those of them that asked to wait for an answer. */
export const countWaits = (db: Database, call: SentCall): Promise<number> => count(db, call, true);

async function count(db: Database, { transcript, turn, toolUseId, to }: SentCall, isWait: boolean): Promise<number> {
  const { rows } = await sql<{ sent: number }>`
    select count(*)::int as sent from tool_calls
    where transcript = ${transcript} and name = 'send_mail' and btrim(input ->> 'to', ${SPACES}) = ${to}
      and (not ${isWait} or input ->> 'awaitReply' = 'true')
      and turn >= coalesce(
        (select max(turn) from briefs where transcript = ${transcript} and turn <= ${turn} and round is not null), 1)
      and (turn, position) < (
        select turn, position from tool_calls where transcript = ${transcript} and tool_use_id = ${toolUseId})
  `.execute(db);
  return rows[0]?.sent ?? 0;
}
