/** What a model call is made from: the transcript's rows as the message builder wants them, pins and holds. */
import type Anthropic from '@anthropic-ai/sdk';
import { sql } from 'kysely';
import type { Database } from '../connection.ts';
import { isWithin, readLineage, readToldRows } from './lineage.ts';

export interface StoredTurn {
  readonly turn: number;
  readonly content: readonly Anthropic.ContentBlockParam[];
  /** The model that wrote it. */
  readonly model?: string;
}
interface StoredToolCall {
  readonly turn: number;
  readonly toolUseId: string;
  readonly output: string | null;
  readonly isError: boolean | null;
}
interface StoredBrief {
  readonly turn: number;
  readonly body: string;
}
/** Each list in the order in which it is told. */
export interface TranscriptRows {
  readonly turns: readonly StoredTurn[];
  readonly toolCalls: readonly StoredToolCall[];
  readonly briefs: readonly StoredBrief[];
  /** 0, or the turn before which the transcript was last compacted. */
  readonly compactedBeforeTurn: number;
}

/** The stored answer of a turn, if there is one. */
export async function readAnswer(db: Database, transcript: string, turn: number) {
  const row = await db
    .selectFrom('agent_turns')
    .select(['content', 'stop_reason as stopReason', 'model'])
    .where('transcript', '=', transcript)
    .where('turn', '=', turn)
    .executeTakeFirst();
  return row === undefined ? undefined : { ...row, content: row.content as unknown as Anthropic.ContentBlock[] };
}

/** How many calls for the turn's answer may have been paid without one. */
export async function countUnanswered(db: Database, transcript: string, turn: number): Promise<number> {
  const { count } = await db
    .selectFrom('ledger')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('transcript', '=', transcript)
    .where('turn', '=', turn)
    .where('outcome', '=', 'unknown')
    .executeTakeFirstOrThrow();
  return Number(count);
}

/**
 * All rows before turn `before`, and that turn's briefs, each list in the order in which it is told. A forked transcript
 * begins with the other's, up to the turn that it was forked at.
 */
export async function readModelInput(db: Database, transcript: string, before: number) {
  const segments = await readLineage(db, transcript, before);
  const [itself] = segments;
  if (itself === undefined) return undefined;
  const told = isWithin(segments);
  const [turns, rows] = await Promise.all([
    db
      .selectFrom('agent_turns')
      .select(['turn', 'content', 'model'])
      .where(told)
      .where('turn', '<', before)
      .orderBy('turn')
      .execute(),
    readToldRows(db, told, before),
  ]);
  return {
    turns: turns.map(({ content, ...turn }) => ({
      ...turn,
      content: content as unknown as Anthropic.ContentBlockParam[],
    })),
    ...rows,
    compactedBeforeTurn: itself.compactedBeforeTurn,
  };
}

/** The turn with which the transcript goes on. */
export async function readNextTurn(db: Database, transcript: string): Promise<number> {
  const { last } = await db
    .selectFrom('transcripts')
    .select(
      sql<number>`coalesce((select max(turn) from agent_turns where transcript = transcripts.id), at_turn, 0)`.as(
        'last',
      ),
    )
    .where('id', '=', transcript)
    .executeTakeFirstOrThrow();
  return last + 1;
}

/** A pinned text. */
export async function readPin(db: Database, hash: string): Promise<string | undefined> {
  const row = await db.selectFrom('pins').select('content').where('hash', '=', hash).executeTakeFirst();
  return row?.content;
}

/** The hold that a provider's quota puts on a model now, if any. */
export async function readProviderHold(db: Database, provider: string, model: string) {
  return db
    .selectFrom('provider_holds')
    .select(['until', 'reason'])
    .where('provider', '=', provider)
    .where('model', '=', model)
    .where('until', '>', sql<Date>`now()`)
    .executeTakeFirst();
}
