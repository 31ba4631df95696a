/**
 * What changed since a reader last looked. A position is a snapshot of PostgreSQL: the transactions that were seen. What
 * is visible now and was not then is new, in whatever order transactions commit, and no open one holds others back.
 */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

export interface Change {
  /** What kind of thing: `epic`, `task`, `human-request`, … (migrations/0024-changes.ts). */
  readonly kind: string;
  readonly id: string;
  readonly epicId: string | null;
  readonly taskKey: string | null;
}

export interface Span {
  /** Without it nothing is new, and the position is that of this moment. */
  readonly after?: string | undefined;
  /** This moment unless given; it must not be before `after`. */
  readonly until?: string | undefined;
}

export interface Changes {
  /** Where the span ends. */
  readonly position: string;
  /** Each once, in the order in which it was first written; null when that can no longer be told, or is too much. */
  readonly changes: readonly Change[] | null;
}

/** A reader that has missed more reads everything again. */
const MOST = 1_000;

/** The changes of a span. `null` instead when some were swept, or when the position is none of this database. */
export async function readChanges(db: Database, { after, until }: Span): Promise<Changes> {
  const { rows } = await sql<{ position: string; isLost: boolean; changes: Change[] }>`
    with span as (
      select coalesce(${after ?? null}::pg_snapshot, pg_current_snapshot()) as after,
             coalesce(${until ?? null}::pg_snapshot, pg_current_snapshot()) as until
    )
    select until::text as position,
      pg_snapshot_xmin(after) <= (select swept_to from changes_swept)
        or pg_snapshot_xmax(after) > pg_snapshot_xmax(pg_current_snapshot()) as "isLost",
      coalesce((
        select json_agg(json_build_object('kind', kind, 'id', entity_id, 'epicId', epic_id, 'taskKey', task_key)
          order by first)
        from (
          select kind, entity_id, epic_id, task_key, min(id) as first from changes
          where (xid >= (select pg_snapshot_xmax(after) from span)
              or xid = any(array(select pg_snapshot_xip(after) from span)))
            and pg_visible_in_snapshot(xid, (select until from span))
          group by kind, entity_id, epic_id, task_key
          order by first limit ${sql.lit(MOST + 1)}
        ) as found
      ), '[]') as changes
    from span
  `.execute(db);
  const { position, isLost, changes } = rows[0] as (typeof rows)[number];
  // Without `after` the position is of this moment, which nothing was swept after.
  const isGone = (after !== undefined && isLost) || changes.length > MOST;
  return { position, changes: isGone ? null : changes };
}
