/** Which turns of which transcripts make up one that was forked, perhaps more than once. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

/** Turns of `transcript` above `after` and up to `upTo`. */
export interface Segment {
  readonly transcript: string;
  readonly after: number;
  readonly upTo: number;
  /** The turn before which that transcript was last compacted; 0 when it never was. */
  readonly compactedBeforeTurn: number;
}

// The largest integer of PostgreSQL.
export const LAST_TURN = 2_147_483_647;

/** The transcript's own turns first, then those that it shares with what it was forked from; none without such a transcript. */
export async function readLineage(db: Database, transcript: string, upTo = LAST_TURN): Promise<Segment[]> {
  const { rows } = await sql<Segment>`
    with recursive line as (
      select id, forked_from, coalesce(at_turn, 0) as after, ${upTo}::int as up_to, compacted_before_turn
      from transcripts where id = ${transcript}
      union all
      select parent.id, parent.forked_from, coalesce(parent.at_turn, 0), least(line.after, line.up_to),
             parent.compacted_before_turn
      from line join transcripts parent on parent.id = line.forked_from
    )
    select id as transcript, after, up_to as "upTo", compacted_before_turn as "compactedBeforeTurn" from line
  `.execute(db);
  return rows;
}

/** For `where`, on a table with the columns transcript and turn. */
export function isWithin(segments: readonly Segment[]) {
  const parts = segments.map(
    ({ transcript, after, upTo }) => sql`(transcript = ${transcript} and turn > ${after} and turn <= ${upTo})`,
  );
  return sql<boolean>`(${sql.join(parts, sql` or `)})`;
}
