/** What an epic has cost, what its open model calls may still cost, and its cap. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';
import { usd } from './columns.ts';

export async function readCost(db: Database, epicId: string) {
  const { rows } = await sql<{
    settled: string | null;
    reserved: string | null;
    cap: number | null;
    tokens: number | null;
  }>`
    select
      (select cap_microusd from budgets where epic_id = ${epicId}) as cap,
      (select cap_tokens from budgets where epic_id = ${epicId}) as tokens,
      sum(settled_microusd) as settled,
      sum(reserved_microusd) filter (where outcome = 'open') as reserved
    from ledger where epic_id = ${epicId}
  `.execute(db);
  const cap = rows[0]?.cap ?? null;
  return {
    settledUsd: usd(rows[0]?.settled ?? null),
    reservedUsd: usd(rows[0]?.reserved ?? null),
    capUsd: cap === null ? null : usd(cap),
    capTokens: rows[0]?.tokens ?? null,
  };
}

/** What was settled for the agents of an epic, or of one of its tasks. */
export async function readSettledUsd(db: Database, epicId: string, taskKey: string | undefined): Promise<number> {
  const row = await db
    .selectFrom('ledger')
    .innerJoin('transcripts', 'transcripts.id', 'ledger.transcript')
    .select(({ fn }) => fn.sum<string | null>('ledger.settled_microusd').as('settled'))
    .where('transcripts.epic_id', '=', epicId)
    .$if(taskKey !== undefined, (query) => query.where('transcripts.task_key', '=', taskKey ?? ''))
    .executeTakeFirst();
  return usd(row?.settled ?? null);
}
