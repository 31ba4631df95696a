/** Human requests of all epics, open and settled ones, page by page, with what each epic has cost. */
import { type Selectable, sql } from 'kysely';
import type { HumanRequestView } from '../../workflows/contract/records.ts';
import type { Database } from '../connection.ts';
import type { HumanRequests } from '../schema.ts';
import { usd } from './columns.ts';
import { asRequest } from './human-requests.ts';

export interface RequestPage {
  readonly epicId?: string | undefined;
  readonly states: readonly HumanRequestView['state'][];
  /** Only what was settled, or asked where it is open, before this time. */
  readonly before?: string | undefined;
  readonly limit: number;
}

type Row = Selectable<HumanRequests> & {
  readonly epic_title: string;
  readonly settled: string | null;
  readonly cap: number | null;
};

/**
 * Open ones alone come longest first; with settled ones among them the newest come first. Requests of the same moment
 * are on one page, so a page may be a little longer than its limit, and none is lost between two.
 */
export async function listRequestPage(db: Database, { epicId, states, before, limit }: RequestPage) {
  const direction = isOnlyOpen(states) ? sql`asc` : sql`desc`;
  const { rows } = await sql<Row>`
    with page as (
      select request.*, date_trunc('milliseconds', coalesce(request.closed_at, request.asked_at)) as at
      from human_requests request
      where state = any(${[...states]}::text[])
        and (${epicId ?? null}::text is null or epic_id = ${epicId ?? null})
        and (${before ?? null}::timestamptz is null
          or date_trunc('milliseconds', coalesce(request.closed_at, request.asked_at)) < ${before ?? null})
      order by at ${direction}
      fetch first ${sql.lit(limit)} rows with ties
    ), costs as (
      select ledger.epic_id, sum(settled_microusd) as settled from ledger
      where ledger.epic_id in (select epic_id from page) group by ledger.epic_id
    )
    select page.*, epics.title as epic_title, costs.settled, budgets.cap_microusd as cap
    from page
    join epics on epics.id = page.epic_id
    left join costs on costs.epic_id = page.epic_id
    left join budgets on budgets.epic_id = page.epic_id
    order by at ${direction}, page.epic_id, page.request_id
  `.execute(db);
  return rows.map((row) => ({
    ...asRequest(row),
    epicCostUsd: usd(row.settled),
    epicCapUsd: row.cap === null ? null : usd(row.cap),
  }));
}

const isOnlyOpen = (states: readonly string[]): boolean => states.every((state) => state === 'open');
