/** The order in which those who wait for a slot on a host get one. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';
import { LOST_AFTER_SECONDS } from '../reads/hosts.ts';

/** A claim comes about once a second while its workflow wants it; one that stopped coming holds up nobody. */
const ASKS_WITHIN_SECONDS = 15;
/** A wait that nobody asked for since then is over, whoever comes later under the same name. */
const FORGOTTEN_AFTER_SECONDS = 300;

/** Notes that `holder` waits; asking again keeps its place. */
export async function waitForSlot(db: Database, wait: { holder: string; priority: number }): Promise<void> {
  await sql`delete from slot_waits where asked_at < now() - make_interval(secs => ${FORGOTTEN_AFTER_SECONDS})`.execute(
    db,
  );
  await db
    .insertInto('slot_waits')
    .values(wait)
    .onConflict((conflict) =>
      conflict.column('holder').doUpdateSet({ priority: wait.priority, asked_at: sql<Date>`clock_timestamp()` }),
    )
    .execute();
}

/** Call when the factory resumes. Nobody could ask during the pause, so those who waited when it began keep their places. */
export async function keepWaiting(db: Database, pausedSince: Date): Promise<void> {
  await sql`
    update slot_waits set asked_at = now()
    where asked_at >= ${pausedSince}::timestamptz - make_interval(secs => ${FORGOTTEN_AFTER_SECONDS})
  `.execute(db);
}

export async function stopWaiting(db: Database, holder: string): Promise<void> {
  await db.deleteFrom('slot_waits').where('holder', '=', holder).execute();
}

/**
 * Whether the free slots of all hosts reach down to `holder`. The order: the epic's priority, then the epic that holds
 * the fewest slots (its own waits before this one count as held), then who waits longest. So a small epic has its share
 * beside a large one, and within an epic it is first come, first served. `host` claims, so it is there whatever it reported.
 */
export async function isNextForSlot(db: Database, holder: string, host: string): Promise<boolean> {
  const { rows } = await sql<{ is_next: boolean }>`
    with alive as (
      select name, capacity from hosts
      where left_at is null and refusal is null
        and (name = ${host} or last_seen_at > now() - make_interval(secs => ${LOST_AFTER_SECONDS}))
    ), held as (
      select host, split_part(holder, '/', 1) as epic from placements where held
    ), free as (
      select coalesce(sum(greatest(0, capacity - (select count(*) from held where held.host = alive.name))), 0) as slots
      from alive
    ), waits as (
      select holder, since,
        case when priority = 0 then 5 else priority end as rank,
        (select count(*) from held where epic = split_part(w.holder, '/', 1))
          + row_number() over (partition by split_part(holder, '/', 1) order by since, holder) as share
      from slot_waits w
      where asked_at > clock_timestamp() - make_interval(secs => ${ASKS_WITHIN_SECONDS})
    ), line as (
      select holder, row_number() over (order by rank, share, since, holder) as place from waits
    )
    select place <= slots as is_next from line, free where holder = ${holder}
  `.execute(db);
  return rows[0]?.is_next ?? false;
}
