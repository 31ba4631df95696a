/** Keeps the table of changes small, and wakes those who read it. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

/** A reader that was away for longer reads everything again. */
const KEPT_MINUTES = 15;

/**
 * Removes old changes. Idempotent; two at once do no harm. Only what every new reader sees goes, so that a transaction
 * which is open for long loses nothing.
 */
export async function sweepChanges(db: Database, keptMinutes = KEPT_MINUTES): Promise<void> {
  await sql`
    with bound as (
      select least(pg_snapshot_xmin(pg_current_snapshot()), coalesce((
        select xid from changes where at >= now() - make_interval(mins => ${keptMinutes}) order by xid, id limit 1
      ), pg_snapshot_xmin(pg_current_snapshot()))) as xid
    ), gone as (
      delete from changes where xid < (select xid from bound) returning xid
    )
    update changes_swept set swept_to = last.xid
    from (select xid from gone order by xid desc limit 1) as last
    where swept_to < last.xid
  `.execute(db);
}

/** Wakes every process that listens, as a change does. */
export async function wakeReaders(db: Database, payload: string): Promise<void> {
  await sql`select pg_notify('factory_changes', ${payload})`.execute(db);
}
