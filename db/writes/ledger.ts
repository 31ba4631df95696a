/** The ledger of model calls: each is reserved at the most that it can cost, then settled at what it did cost. */
import { sql } from 'kysely';
import type { Purpose } from '../../workflows/contract/states.ts';
import type { Database } from '../connection.ts';

export interface Call {
  readonly transcript: string;
  readonly turn: number;
  readonly call: number;
}

export type Reservation =
  | { readonly kind: 'reserved'; readonly call: number }
  /** It would fit if calls under way turn out cheaper than their bounds. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'short'; readonly spentMicroUsd: number; readonly capMicroUsd: number }
  | { readonly kind: 'no-budget' };

/**
 * Reserves `boundMicroUsd` for the turn's next call unless settled and reserved cost would pass the epic's cap.
 * The cap's row is locked first, in a statement of its own: a statement that waits for a lock goes on with the sums it
 * saw before, so in one statement with the lock two reservations could both fit and together pass the cap.
 */
export async function reserveCall(
  db: Database,
  wanted: {
    readonly transcript: string;
    readonly turn: number;
    readonly epicId: string;
    readonly model: string;
    readonly boundMicroUsd: number;
    /** A cap within the epic's, of all agents of a purpose. */
    readonly own?: { readonly purpose: Purpose; readonly capMicroUsd: number };
  },
): Promise<Reservation> {
  const { transcript, turn, epicId, model, boundMicroUsd, own } = wanted;
  return db.transaction().execute(async (trx) => {
    const budget = await trx
      .selectFrom('budgets')
      .select('cap_microusd')
      .where('epic_id', '=', epicId)
      .forUpdate()
      .executeTakeFirst();
    if (budget === undefined) return { kind: 'no-budget' };
    const cap = budget.cap_microusd;
    if (own !== undefined) {
      // After the lock: whoever held it has written what it reserved.
      const spentMicroUsd = await readUsed(trx, epicId, own.purpose);
      if (spentMicroUsd + boundMicroUsd > own.capMicroUsd)
        return { kind: 'short', spentMicroUsd, capMicroUsd: own.capMicroUsd };
    }
    const result = await sql<{ settled: number; call: number | null }>`
      with used as (
        select coalesce(sum(settled_microusd), 0)::bigint as settled,
               coalesce(sum(coalesce(settled_microusd, reserved_microusd)), 0)::bigint as total
        from ledger where epic_id = ${epicId}
      ), reserved as (
        insert into ledger (transcript, turn, call, epic_id, model, reserved_microusd)
        select ${transcript}::text, ${turn}::int,
               (select coalesce(max(call), 0) + 1 from ledger where transcript = ${transcript} and turn = ${turn}),
               ${epicId}::text, ${model}::text, ${boundMicroUsd}::bigint
        from used where used.total + ${boundMicroUsd}::bigint <= ${cap}::bigint
        returning call
      )
      select used.settled, (select call from reserved) as call from used
    `.execute(trx);
    const row = result.rows[0] as { settled: number; call: number | null };
    if (row.call !== null) return { kind: 'reserved', call: row.call };
    if (row.settled + boundMicroUsd <= cap) return { kind: 'wait' };
    return { kind: 'short', spentMicroUsd: row.settled, capMicroUsd: cap };
  });
}

/** What the agents of a purpose have cost in an epic and may still cost by what is reserved. */
async function readUsed(db: Database, epicId: string, purpose: Purpose): Promise<number> {
  const { used } = await db
    .selectFrom('ledger')
    .innerJoin('transcripts', 'transcripts.id', 'ledger.transcript')
    .select(sql<number>`coalesce(sum(coalesce(settled_microusd, reserved_microusd)), 0)::bigint`.as('used'))
    .where('ledger.epic_id', '=', epicId)
    .where('transcripts.purpose', '=', purpose)
    .executeTakeFirstOrThrow();
  return used;
}

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
  costMicroUsd = 0,
) =>
  db
    .updateTable('ledger')
    .set({
      outcome,
      settled_microusd: outcome === 'unknown' ? sql<number>`reserved_microusd` : costMicroUsd,
      settled_at: sql<Date>`now()`,
    })
    .where('transcript', '=', transcript)
    .where('turn', '=', turn)
    .where('call', '=', call)
    .where('outcome', '=', 'open');

/** Settles what a transcript left open at its upper bound; returns how many calls that were. */
export async function settleOpenCalls(db: Database, transcript: string): Promise<number> {
  const result = await settlingOpen(db, transcript).executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** The statement of settleOpenCalls. */
export const settlingOpen = (db: Database, transcript: string) =>
  db
    .updateTable('ledger')
    .set({ outcome: 'unknown', settled_microusd: sql<number>`reserved_microusd`, settled_at: sql<Date>`now()` })
    .where('transcript', '=', transcript)
    .where('outcome', '=', 'open');
