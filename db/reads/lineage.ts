/** Which turns of which transcripts make up one that was forked, perhaps more than once. */
import { type RawBuilder, sql } from 'kysely';
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

/** The transcript of a task's present Worker, and the turn that it was forked at; undefined before there was one. */
export const readWorker = (db: Database, epicId: string, taskKey: string) =>
  db
    .selectFrom('transcripts')
    .select(['id', 'at_turn as atTurn'])
    .where('epic_id', '=', epicId)
    .where('task_key', '=', taskKey)
    .where('purpose', '=', 'implement')
    .orderBy('attempt', 'desc')
    .limit(1)
    .executeTakeFirst();

/** For `where`, on a table with the columns transcript and turn. */
export function isWithin(segments: readonly Segment[]) {
  const parts = segments.map(
    ({ transcript, after, upTo }) => sql`(transcript = ${transcript} and turn > ${after} and turn <= ${upTo})`,
  );
  return sql<boolean>`(${sql.join(parts, sql` or `)})`;
}

/**
 * Reads the calls and briefs of the turns that `told` selects, each in the order in which the model reads them; calls only of
 * turns before `before`, when it is given.
 */
export async function readToldRows(db: Database, told: RawBuilder<boolean>, before?: number) {
  const [toolCalls, briefs] = await Promise.all([
    db
      .selectFrom('tool_calls')
      .select(['turn', 'tool_use_id as toolUseId', 'output', 'is_error as isError'])
      .where(told)
      .$if(before !== undefined, (query) => query.where('turn', '<', before ?? LAST_TURN))
      .orderBy('turn')
      .orderBy('position')
      .execute(),
    db
      .selectFrom('briefs')
      .select(['turn', 'body'])
      .where(told)
      .orderBy('turn')
      .orderBy('created_at')
      .orderBy('kind')
      .execute(),
  ]);
  return { toolCalls, briefs };
}
