/** A transcript for people: what the agent was told, what it answered, and what its tools returned. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';
import { isoTime, isoTimeOrNull, usd } from './columns.ts';
import { LAST_TURN } from './lineage.ts';

/** A tool call keeps up to 2 MB of output; a screen shows its beginning. */
const SHOWN_CHARACTERS = 30_000;

export interface TranscriptPage {
  readonly id: string;
  /** Turns after this one. */
  readonly after: number;
  readonly limit: number;
}

/** A page of the transcript; undefined when there is no such agent. */
export async function readTranscript(db: Database, { id, after, limit }: TranscriptPage) {
  const transcript = await db.selectFrom('transcripts').selectAll().where('id', '=', id).executeTakeFirst();
  if (transcript === undefined) return undefined;
  const turns = await db
    .selectFrom('agent_turns')
    .selectAll()
    .where('transcript', '=', id)
    .where('turn', '>', after)
    .orderBy('turn')
    .limit(limit + 1)
    .execute();
  const shown = turns.slice(0, limit);
  const more = turns.length > shown.length;
  // A brief stands before the turn that answers it, so the newest one may have no turn yet.
  const last = more ? (shown.at(-1)?.turn ?? after) : LAST_TURN;
  const [briefs, toolCalls] = await Promise.all([
    db
      .selectFrom('briefs')
      .select(['turn', 'kind', 'body'])
      .where('transcript', '=', id)
      .where('turn', '>', after)
      .where('turn', '<=', last)
      .orderBy('turn')
      .orderBy('created_at')
      .execute(),
    readToolCalls(
      db,
      id,
      shown.map((turn) => turn.turn),
    ),
  ]);
  return {
    id: transcript.id,
    epicId: transcript.epic_id,
    taskKey: transcript.task_key,
    purpose: transcript.purpose,
    attempt: transcript.attempt,
    compactedBeforeTurn: transcript.compacted_before_turn,
    forkedFrom:
      transcript.forked_from === null ? null : { id: transcript.forked_from, turn: transcript.at_turn as number },
    briefs,
    turns: shown.map((turn) => ({
      turn: turn.turn,
      model: turn.model,
      content: turn.content as unknown,
      stopReason: turn.stop_reason,
      usage: turn.usage as unknown,
      costUsd: usd(turn.cost_microusd),
      startedAt: isoTime(turn.started_at),
      finishedAt: isoTime(turn.finished_at),
      checkpoint: turn.checkpoint,
      toolCalls: toolCalls.get(turn.turn) ?? [],
    })),
    next: more ? last : null,
  };
}

/** Whether there is such an agent. */
export async function hasTranscript(db: Database, id: string): Promise<boolean> {
  return (await db.selectFrom('transcripts').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
}

async function readToolCalls(db: Database, transcript: string, turns: readonly number[]) {
  if (turns.length === 0) return new Map<number, never>();
  const rows = await db
    .selectFrom('tool_calls')
    .select(['turn', 'tool_use_id', 'name', 'input', 'is_error', 'exit_code', 'started_at', 'finished_at'])
    .select([
      sql<string | null>`left(output, ${sql.lit(SHOWN_CHARACTERS)})`.as('output'),
      sql<number | null>`length(output)`.as('length'),
    ])
    .where('transcript', '=', transcript)
    .where('turn', 'in', [...turns])
    .orderBy('turn')
    .orderBy('position')
    .execute();
  const calls = rows.map((row) => ({
    id: row.tool_use_id,
    turn: row.turn,
    name: row.name,
    input: row.input as unknown,
    output: row.output,
    truncated: (row.length ?? 0) > SHOWN_CHARACTERS,
    isError: row.is_error,
    exitCode: row.exit_code,
    startedAt: isoTimeOrNull(row.started_at),
    finishedAt: isoTimeOrNull(row.finished_at),
  }));
  return Map.groupBy(calls, (call) => call.turn);
}
