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

/** Calls of `send_mail` to the address, since the transcript's round opened and before this one. */
export async function countSent(
  db: Database,
  { transcript, turn, toolUseId, to }: { transcript: string; turn: number; toolUseId: string; to: Address },
): Promise<number> {
  const { rows } = await sql<{ sent: number }>`
    select count(*)::int as sent from tool_calls
    where transcript = ${transcript} and name = 'send_mail' and trim(input ->> 'to') = ${to}
      and turn >= coalesce(
        (select max(turn) from briefs where transcript = ${transcript} and turn <= ${turn} and round is not null), 1)
      and (turn, position) < (
        select turn, position from tool_calls where transcript = ${transcript} and tool_use_id = ${toolUseId})
  `.execute(db);
  return rows[0]?.sent ?? 0;
}
