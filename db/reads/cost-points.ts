/** How the cost of an epic grew. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';
import { isoTime, usd } from './columns.ts';

/** A long epic's calls are put together, so that a chart of it stays small. */
export const MOST_POINTS = 500;

export interface CostPoint {
  /** The time of its last call. */
  readonly at: string;
  readonly costUsd: number;
  readonly totalUsd: number;
  readonly calls: number;
}

/** A point for each settled call in the order of settling, or for each of MOST_POINTS equal groups of them. */
export async function readCostPoints(db: Database, epicId: string): Promise<CostPoint[]> {
  const { rows } = await sql<{ at: Date; cost: string; total: string; calls: number }>`
    with settled as (
      select settled_at, settled_microusd, count(*) over () as number,
        row_number() over (order by settled_at, transcript, turn, call) - 1 as nth
      from ledger where epic_id = ${epicId} and settled_at is not null
    ), grouped as (
      select case when number <= ${MOST_POINTS} then nth else nth * ${MOST_POINTS} / number end as point,
        max(settled_at) as at, sum(settled_microusd) as cost, count(*)::int as calls
      from settled group by 1
    )
    select at, cost, sum(cost) over (order by point) as total, calls from grouped order by point
  `.execute(db);
  return rows.map(({ at, cost, total, calls }) => ({
    at: isoTime(at),
    costUsd: usd(cost),
    totalUsd: usd(total),
    calls,
  }));
}
