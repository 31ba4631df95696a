/** The hosts that are there, and those that left. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

/** A host that reports every five seconds is there; one that has missed so many reports is lost. */
export const LOST_AFTER_SECONDS = 30;

export interface HostSeen {
  readonly lastSeenAt: Date;
  readonly secondsAgo: number;
  /** It has signed off and not come back. */
  readonly hasLeft: boolean;
}

/** When a host was last seen, by the database's clock; undefined when it never was. */
export async function readHostSeen(db: Database, host: string): Promise<HostSeen | undefined> {
  const row = await db
    .selectFrom('hosts')
    .select([
      'last_seen_at',
      'left_at',
      sql<number>`extract(epoch from now() - last_seen_at)::float8`.as('seconds_ago'),
    ])
    .where('name', '=', host)
    .executeTakeFirst();
  return row && { lastSeenAt: row.last_seen_at, secondsAgo: row.seconds_ago, hasLeft: row.left_at !== null };
}

/** The number of free slots on all other hosts that take work. */
export async function countRoomElsewhere(db: Database, host: string): Promise<number> {
  const { rows } = await sql<{ room: number }>`
    select coalesce(sum(greatest(0, capacity - (
      select count(*) from placements where placements.host = hosts.name and held
    ))), 0)::int as room
    from hosts
    where name <> ${host} and left_at is null and refusal is null
      and last_seen_at > now() - make_interval(secs => ${LOST_AFTER_SECONDS})
  `.execute(db);
  return rows[0]?.room ?? 0;
}

export interface HostRow {
  readonly name: string;
  readonly capacity: number;
  /** Slots that tasks and epics hold. */
  readonly taken: number;
  readonly sandbox: string | null;
  readonly lastSeenAt: Date;
  /** Why it takes no more work. */
  readonly refusal: string | null;
  readonly leftAt: Date | null;
}

/** Hosts that reported within `seconds`, or that left with slots still held there. */
export async function listHosts(db: Database, seconds: number): Promise<HostRow[]> {
  const { rows } = await sql<HostRow>`
    select name, capacity, taken, sandbox, last_seen_at as "lastSeenAt", refusal, left_at as "leftAt"
    from hosts, lateral (
      select count(*)::int as taken from placements where placements.host = hosts.name and held
    ) as slots
    where (last_seen_at > now() - make_interval(secs => ${seconds}) and left_at is null) or taken > 0
    order by name
  `.execute(db);
  return rows;
}
