/** Hosts that report themselves, and the slots on them that tasks and epics hold. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';
import { isNextForSlot, stopWaiting, waitForSlot } from './slot-waits.ts';

export interface HostReport {
  readonly name: string;
  readonly capacity: number;
  /** The sandbox that commands run in there. */
  readonly sandbox?: string | null;
  /** Why it takes no more work, when it does not. */
  readonly refusal?: string | null;
  /** The worker process that reports. Its reports take back that the host has left, until it has signed off itself. */
  readonly process?: { readonly id: string; readonly signsOn: boolean };
}

/** A host is there, with so many slots; worker processes report it every five seconds. */
export async function reportHost(
  db: Database,
  { name, capacity, sandbox = null, refusal = null, process }: HostReport,
): Promise<void> {
  const back = process === undefined || process.signsOn ? { left_at: null } : {};
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('hosts')
      .values({ name, capacity, sandbox, refusal })
      .onConflict((conflict) =>
        conflict.column('name').doUpdateSet({ capacity, sandbox, refusal, ...back, last_seen_at: sql<Date>`now()` }),
      )
      .execute();
    if (process === undefined) return;
    if (!process.signsOn) return goOnServing(trx, { host: name, process: process.id });
    await trx
      .insertInto('host_processes')
      .values({ host: name, process: process.id })
      .onConflict((conflict) => conflict.columns(['host', 'process']).doUpdateSet({ seen_at: sql<Date>`now()` }))
      .execute();
  });
}

/**
 * A process that was frozen while another signed the host off takes the host back. A late report of a process that signed
 * off itself changes nothing.
 */
async function goOnServing(db: Database, { host, process }: { host: string; process: string }): Promise<void> {
  const serving = await db
    .updateTable('host_processes')
    .set({ seen_at: sql<Date>`now()` })
    .where('host', '=', host)
    .where('process', '=', process)
    .returning('process')
    .executeTakeFirst();
  if (serving === undefined) return;
  await db
    .updateTable('hosts')
    .set({ left_at: null })
    .where('name', '=', host)
    .where('left_at', 'is not', null)
    .execute();
}

export type Claim =
  | { readonly kind: 'placed'; readonly host: string; readonly epoch: number; readonly sandbox: string | null }
  | { readonly kind: 'full' }
  /** Others have waited for longer, or need it more. */
  | { readonly kind: 'not-first' }
  /** The holder was placed, or gave its slot back, after it had asked for this. */
  | { readonly kind: 'late' }
  | { readonly kind: 'unknown-host' }
  /** The host has signed off, or takes no more work. */
  | { readonly kind: 'closed'; readonly reason: string };

/** Which of a holder's claims and releases came first: by its runs, then by their steps. */
export interface AskedIn {
  /** The number of the run (runGeneration). */
  readonly generation: number;
  /** The number of the activity in its run; its tries have the same. */
  readonly step: number;
}

export interface SlotWanted {
  readonly holder: string;
  readonly afterEpoch: number;
  readonly host: string;
  readonly asked: AskedIn;
  /** The epic's: 1 the most urgent, 0 none and after 4. */
  readonly priority?: number;
  /** It has the turn to merge, which those who hold the slots may wait for: it gets one beyond the capacity. */
  readonly hasTurn?: boolean;
}

/**
 * Places `holder` on `host` with an epoch above `afterEpoch` and above any it had, or returns the placement that an earlier
 * try of this claim was granted. One that another claim was granted is never returned: whoever made that may have been
 * terminated, and its commands may still run, so the new one must be told apart. A claim that a frozen host brings late takes
 * no slot. The host's row is locked first, in a statement of its own: a statement that waits for a lock goes on counting what
 * it saw before, so that two claims could both take the last slot.
 */
export async function claimHost(
  db: Database,
  { holder, afterEpoch, host, asked, priority = 0, hasTurn = false }: SlotWanted,
): Promise<Claim> {
  return db.transaction().execute(async (trx) => {
    // One claim of a holder after the other too, whichever hosts they come from.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`placement ${holder}`}, 0))`.execute(trx);
    const row = await trx
      .selectFrom('hosts')
      .select(['capacity', 'sandbox', 'left_at', 'refusal'])
      .where('name', '=', host)
      .forUpdate()
      .executeTakeFirst();
    const before = await trx.selectFrom('placements').selectAll().where('holder', '=', holder).executeTakeFirst();
    const order = before === undefined ? -1 : compareAsked(before, asked);
    if (before?.held && order === 0) {
      const { epoch, sandbox } = before;
      return { kind: 'placed', host: before.host, epoch, sandbox };
    }
    if (order >= 0) return { kind: 'late' };
    if (row === undefined) return { kind: 'unknown-host' };
    if (!before?.held) await waitForSlot(trx, { holder, priority });
    if (row.left_at !== null) return { kind: 'closed', reason: 'it has signed off' };
    if (row.refusal !== null) return { kind: 'closed', reason: row.refusal };
    const { taken } = await trx
      .selectFrom('placements')
      .select(sql<number>`count(*)::int`.as('taken'))
      .where('host', '=', host)
      .where('held', '=', true)
      .where('holder', '<>', holder)
      .executeTakeFirstOrThrow();
    if (taken >= row.capacity && !hasTurn) return { kind: 'full' };
    if (!before?.held && !hasTurn && !(await isNextForSlot(trx, holder, host))) return { kind: 'not-first' };
    await stopWaiting(trx, holder);
    const epoch = Math.max(afterEpoch, before?.epoch ?? 0) + 1;
    const placement = { host, epoch, held: true, ...asked, sandbox: row.sandbox };
    const placed = await trx
      .insertInto('placements')
      .values({ holder, ...placement })
      .onConflict((conflict) =>
        conflict
          .column('holder')
          .doUpdateSet({ ...placement, placed_at: sql<Date>`now()` })
          .where(isAskedBefore(asked)),
      )
      .returning('holder')
      .executeTakeFirst();
    // Its workflow gave up this claim, and the slot with it, while this stood still.
    if (placed === undefined) return { kind: 'late' };
    return { kind: 'placed', host, epoch, sandbox: row.sandbox };
  });
}

/** Negative when what the row knows was asked before, 0 when it is the same; what is older than this order was before. */
function compareAsked(known: { generation: number | null; step: number | null }, asked: AskedIn): number {
  if (known.generation === null || known.step === null) return -1;
  return known.generation - asked.generation || known.step - asked.step;
}

/**
 * Gives a holder's slot, or its wait for one, back; its epoch stays, so that it only grows. A release that comes late
 * frees nothing that was claimed after it, and a claim from before it comes too late from then on.
 */
export async function releaseHost(
  db: Database,
  { holder, asked }: { readonly holder: string; readonly asked: AskedIn },
): Promise<void> {
  const placement = await db.selectFrom('placements').selectAll().where('holder', '=', holder).executeTakeFirst();
  if (placement !== undefined && compareAsked(placement, asked) > 0) return;
  await stopWaiting(db, holder);
  await db
    .updateTable('placements')
    .set({ held: false, ...asked })
    .where('holder', '=', holder)
    .where(isAskedBefore(asked))
    .execute();
}

/** Gives back what this run or an earlier one has claimed. Returns whether that was held. */
export async function releaseClosed(
  db: Database,
  { holder, lastRun }: { readonly holder: string; readonly lastRun: number },
): Promise<boolean> {
  const freed = await db
    .updateTable('placements')
    .set({ held: false })
    .where('holder', '=', holder)
    .where('held', '=', true)
    .where(isAskedBefore({ generation: lastRun + 1, step: 0 }))
    .returning('holder')
    .executeTakeFirst();
  return freed !== undefined;
}

const isAskedBefore = ({ generation, step }: AskedIn) =>
  sql<boolean>`(coalesce(placements.generation, 0), coalesce(placements.step, 0)) < (${generation}::int, ${step}::int)`;

/** Gives back the slot of one placement; that of a later one, if the holder was placed again meanwhile, stays. */
export async function releasePlacement(
  db: Database,
  { holder, host, epoch }: { readonly holder: string; readonly host: string; readonly epoch: number },
): Promise<void> {
  await db
    .updateTable('placements')
    .set({ held: false })
    .where('holder', '=', holder)
    .where('host', '=', host)
    .where('epoch', '=', epoch)
    .execute();
}
