/** What an epic's cost is made of: its model calls, by the agent that made them. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';
import { isoTime } from './columns.ts';

export interface CostPart {
  readonly agentId: string;
  /** Null for agents that serve the epic itself. */
  readonly taskKey: string | null;
  /** Null where the transcript is not known. */
  readonly purpose: string | null;
  readonly attempt: number | null;
  readonly model: string;
  readonly state: string | null;
  readonly turns: number;
  readonly answered: number;
  readonly failed: number;
  readonly unknown: number;
  readonly open: number;
  readonly settledMicroUsd: number;
  /** Read and written by calls that have ended. */
  readonly tokens: number;
  /** Of the settled: calls whose answer got lost, which count at the most that they can have cost. */
  readonly unknownMicroUsd: number;
  readonly reservedMicroUsd: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

/** Every call of the ledger is in exactly one part. In the order in which the agents began. */
export async function readCostParts(db: Database, epicId: string): Promise<CostPart[]> {
  const { rows } = await sql<Omit<CostPart, 'firstAt' | 'lastAt'> & { firstAt: Date; lastAt: Date }>`
    with calls as (
      select transcript, model, count(distinct turn)::int as turns,
        count(*) filter (where outcome = 'answered')::int as answered,
        count(*) filter (where outcome = 'failed')::int as failed,
        count(*) filter (where outcome = 'unknown')::int as unknown,
        count(*) filter (where outcome = 'open')::int as open,
        coalesce(sum(settled_microusd), 0)::bigint as settled,
        coalesce(sum(settled_tokens), 0)::bigint as tokens,
        coalesce(sum(settled_microusd) filter (where outcome = 'unknown'), 0)::bigint as lost,
        coalesce(sum(reserved_microusd) filter (where outcome = 'open'), 0)::bigint as reserved,
        min(created_at) as first_at, max(coalesce(settled_at, created_at)) as last_at
      from ledger where epic_id = ${epicId} group by transcript, model
    )
    select calls.transcript as "agentId", coalesce(t.task_key, a.task_key) as "taskKey",
      coalesce(t.purpose, a.purpose) as purpose, coalesce(t.attempt, a.attempt) as attempt, calls.model, a.state, turns,
      answered, failed, unknown, open, settled as "settledMicroUsd", calls.tokens, lost as "unknownMicroUsd",
      reserved as "reservedMicroUsd", first_at as "firstAt", last_at as "lastAt"
    from calls
    left join transcripts t on t.id = calls.transcript
    left join agents a on a.id = calls.transcript
    order by first_at, calls.transcript, calls.model
  `.execute(db);
  return rows.map((row) => ({ ...row, firstAt: isoTime(row.firstAt), lastAt: isoTime(row.lastAt) }));
}
