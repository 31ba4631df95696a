/** The ledger of model calls: each is reserved at the most that it can use, then settled at what it did use. */
import { sql } from 'kysely';
import type { Cap, ShortBudget, TaskBudget } from '../../workflows/contract/budget.ts';
import type { Purpose } from '../../workflows/contract/states.ts';
import type { Database } from '../connection.ts';
import { writeFirstTaskBudget } from './budgets.ts';

export interface Call {
  readonly transcript: string;
  readonly turn: number;
  readonly call: number;
}

export interface Amount {
  readonly microUsd: number;
  readonly tokens: number;
}

export type Reservation =
  | { readonly kind: 'reserved'; readonly call: number }
  /** It would fit if calls under way turn out smaller than their bounds. */
  | { readonly kind: 'wait' }
  | ({ readonly kind: 'short' } & ShortBudget)
  | { readonly kind: 'no-budget' };

interface WantedCall {
  readonly transcript: string;
  readonly turn: number;
  readonly epicId: string;
  readonly taskKey?: string | undefined;
  readonly model: string;
  readonly bound: Amount;
  /** The task's caps, unless it has others by now. */
  readonly taskBudget?: TaskBudget | undefined;
  /** A cap within the epic's, of all agents of a purpose. */
  readonly own?: { readonly purpose: Purpose; readonly capMicroUsd: number } | undefined;
}

/** What was settled for the epic and for the task, and every cap that there is. */
interface Found {
  readonly call: number | null;
  readonly settled: number;
  readonly settled_tokens: number;
  readonly task_settled: number;
  readonly task_settled_tokens: number;
  readonly cap: number;
  readonly cap_tokens: number | null;
  readonly task_cap: number | null;
  readonly task_cap_tokens: number | null;
}

/**
 * Reserves `bound` for the turn's next call unless what is settled and reserved would pass a cap: of the epic or the task,
 * in micro-USD or tokens, all of them looked at in one statement.
 * The row of the epic's caps is locked first, in a statement of its own: a statement that waits for a lock goes on with the
 * sums it saw before, so in one statement with the lock two reservations could both fit and together pass a cap. That row
 * also keeps apart two reservations of one task.
 */
export async function reserveCall(db: Database, wanted: WantedCall): Promise<Reservation> {
  const { transcript, turn, epicId, taskKey, model, bound, taskBudget, own } = wanted;
  return db.transaction().execute(async (trx) => {
    const budget = await trx
      .selectFrom('budgets')
      .select('epic_id')
      .where('epic_id', '=', epicId)
      .where('cap_microusd', 'is not', null)
      .forUpdate()
      .executeTakeFirst();
    if (budget === undefined) return { kind: 'no-budget' };
    if (own !== undefined) {
      // After the lock: whoever held it has written what it reserved.
      const { settled: spent, total } = await readUsed(trx, epicId, own.purpose);
      const cap = { unit: 'usd' as const, amount: own.capMicroUsd };
      if (spent + bound.microUsd > cap.amount) return { kind: 'short', cap, spent, needed: bound.microUsd };
      if (total + bound.microUsd > cap.amount) return { kind: 'wait' };
    }
    if (taskKey !== undefined && taskBudget !== undefined) {
      await writeFirstTaskBudget(trx, { epicId, taskKey, budget: taskBudget });
    }
    const task = sql`${taskKey ?? null}::text`;
    const { rows } = await sql<Found>`
      with used as (
        select coalesce(sum(settled_microusd), 0)::bigint as settled,
               coalesce(sum(coalesce(settled_microusd, reserved_microusd)), 0)::bigint as total,
               coalesce(sum(settled_tokens), 0)::bigint as settled_tokens,
               coalesce(sum(coalesce(settled_tokens, reserved_tokens)), 0)::bigint as total_tokens,
               coalesce(sum(settled_microusd) filter (where task_key = ${task}), 0)::bigint as task_settled,
               coalesce(sum(coalesce(settled_microusd, reserved_microusd)) filter (where task_key = ${task}), 0)::bigint
                 as task_total,
               coalesce(sum(settled_tokens) filter (where task_key = ${task}), 0)::bigint as task_settled_tokens,
               coalesce(sum(coalesce(settled_tokens, reserved_tokens)) filter (where task_key = ${task}), 0)::bigint
                 as task_total_tokens
        from ledger where epic_id = ${epicId}
      ), caps as (
        select budgets.cap_microusd as cap, budgets.cap_tokens, task_budgets.cap_microusd as task_cap,
               task_budgets.cap_tokens as task_cap_tokens
        from budgets
        left join task_budgets on task_budgets.epic_id = budgets.epic_id and task_budgets.task_key = ${task}
        where budgets.epic_id = ${epicId}
      ), reserved as (
        insert into ledger (transcript, turn, call, epic_id, task_key, model, reserved_microusd, reserved_tokens)
        select ${transcript}::text, ${turn}::int,
               (select coalesce(max(call), 0) + 1 from ledger where transcript = ${transcript} and turn = ${turn}),
               ${epicId}::text, ${task}, ${model}::text, ${bound.microUsd}::bigint, ${bound.tokens}::bigint
        from used, caps
        where total + ${bound.microUsd}::bigint <= cap
          and (cap_tokens is null or total_tokens + ${bound.tokens}::bigint <= cap_tokens)
          and (task_cap is null or task_total + ${bound.microUsd}::bigint <= task_cap)
          and (task_cap_tokens is null or task_total_tokens + ${bound.tokens}::bigint <= task_cap_tokens)
        returning call
      )
      select used.*, caps.*, (select call from reserved) as call from used, caps
    `.execute(trx);
    const found = rows[0] as Found;
    if (found.call !== null) return { kind: 'reserved', call: found.call };
    const short = shortOf(found, wanted);
    return short === undefined ? { kind: 'wait' } : { kind: 'short', ...short };
  });
}

/** In micro-USD: what the agents of a purpose have cost in an epic, and that with what is reserved for them. */
async function readUsed(
  db: Database,
  epicId: string,
  purpose: Purpose,
): Promise<{ readonly settled: number; readonly total: number }> {
  return db
    .selectFrom('ledger')
    .innerJoin('transcripts', 'transcripts.id', 'ledger.transcript')
    .select([
      sql<number>`coalesce(sum(settled_microusd), 0)::bigint`.as('settled'),
      sql<number>`coalesce(sum(coalesce(settled_microusd, reserved_microusd)), 0)::bigint`.as('total'),
    ])
    .where('ledger.epic_id', '=', epicId)
    .where('transcripts.purpose', '=', purpose)
    .executeTakeFirstOrThrow();
}

/** The first cap that the call would pass even if nothing else were under way. */
function shortOf(found: Found, { taskKey, bound }: WantedCall): ShortBudget | undefined {
  const caps: { cap: Omit<Cap, 'amount'> & { amount: number | null }; spent: number; needed: number }[] = [
    { cap: { unit: 'usd', amount: found.cap }, spent: found.settled, needed: bound.microUsd },
    { cap: { unit: 'tokens', amount: found.cap_tokens }, spent: found.settled_tokens, needed: bound.tokens },
  ];
  if (taskKey !== undefined) {
    const { task_cap, task_cap_tokens, task_settled, task_settled_tokens } = found;
    caps.push(
      { cap: { unit: 'usd', taskKey, amount: task_cap }, spent: task_settled, needed: bound.microUsd },
      { cap: { unit: 'tokens', taskKey, amount: task_cap_tokens }, spent: task_settled_tokens, needed: bound.tokens },
    );
  }
  for (const { cap, spent, needed } of caps) {
    const { amount } = cap;
    if (amount !== null && spent + needed > amount) return { cap: { ...cap, amount }, spent, needed };
  }
  return undefined;
}

const NOTHING: Amount = { microUsd: 0, tokens: 0 };

/** Settles one call; a call that was settled before, as unknown by somebody else for instance, stays as it is. */
export async function settleCall(...settled: Parameters<typeof settling>): Promise<void> {
  await settling(...settled).execute();
}

/** The statement of settleCall. */
export const settling = (
  db: Database,
  { transcript, turn, call }: Call,
  outcome: 'answered' | 'failed' | 'unknown',
  /** Of an answered call; a failed one costs nothing, an unknown one counts at its bound. */
  used: Amount = NOTHING,
) =>
  db
    .updateTable('ledger')
    .set({
      outcome,
      settled_microusd: outcome === 'unknown' ? sql<number>`reserved_microusd` : used.microUsd,
      settled_tokens: outcome === 'unknown' ? sql<number>`reserved_tokens` : used.tokens,
      settled_at: sql<Date>`now()`,
    })
    .where('transcript', '=', transcript)
    .where('turn', '=', turn)
    .where('call', '=', call)
    .where('outcome', '=', 'open');

/** Settles a transcript's open calls at their upper bounds; returns the number of calls settled. */
export async function settleOpenCalls(db: Database, transcript: string): Promise<number> {
  const result = await settlingOpen(db, transcript).executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** The statement of settleOpenCalls. */
export const settlingOpen = (db: Database, transcript: string) =>
  db
    .updateTable('ledger')
    .set({
      outcome: 'unknown',
      settled_microusd: sql<number>`reserved_microusd`,
      settled_tokens: sql<number>`reserved_tokens`,
      settled_at: sql<Date>`now()`,
    })
    .where('transcript', '=', transcript)
    .where('outcome', '=', 'open');
