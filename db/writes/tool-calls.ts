/** Tool calls: begun, then answered once. */
import { type Selectable, sql } from 'kysely';
import type { Database } from '../connection.ts';
import { json } from '../json.ts';
import type { ToolCalls } from '../schema.ts';
import { AsWritten } from '../text.ts';

export interface ToolCallId {
  readonly transcript: string;
  readonly turn: number;
  readonly toolUseId: string;
}

export interface ToolCallResult {
  readonly output: string;
  readonly isError: boolean;
  readonly exitCode?: number | undefined;
}

/** For `where`, on tool_calls. */
export const isCall = ({ transcript, turn, toolUseId }: ToolCallId) =>
  sql<boolean>`transcript = ${transcript} and turn = ${turn} and tool_use_id = ${toolUseId}`;

/** The call's row; undefined when there is no such call. */
export async function readToolCall(db: Database, call: ToolCallId): Promise<Selectable<ToolCalls> | undefined> {
  return db.selectFrom('tool_calls').selectAll().where(isCall(call)).executeTakeFirst();
}

/** The calls of a turn with what they ask for, in their order. */
export async function readToolCalls(
  db: Database,
  transcript: string,
  turn: number,
): Promise<{ readonly id: string; readonly input: unknown }[]> {
  return db
    .selectFrom('tool_calls')
    .select(['tool_use_id as id', 'input'])
    .where('transcript', '=', transcript)
    .where('turn', '=', turn)
    .orderBy('position')
    .execute();
}

/** Marks a call as begun, the first time: from now on it may have had its effect. */
export async function beginToolCall(db: Database, call: ToolCallId): Promise<void> {
  await db
    .updateTable('tool_calls')
    .set({ started_at: sql<Date>`coalesce(started_at, now())` })
    .where(isCall(call))
    .execute();
}

/** Stores a call's result unless it has one. */
export async function finishToolCall(
  db: Database,
  call: ToolCallId,
  { output, isError, exitCode }: ToolCallResult,
): Promise<void> {
  await db
    .updateTable('tool_calls')
    .set({
      output,
      is_error: isError,
      exit_code: exitCode ?? null,
      started_at: sql<Date>`coalesce(started_at, now())`,
      finished_at: sql<Date>`now()`,
    })
    .where(isCall(call))
    .where('output', 'is', null)
    .execute();
}

/** Puts another input in the place of a call's own, in its row and in the answer that made it. */
export async function hideToolInput(db: Database, call: ToolCallId, input: unknown): Promise<void> {
  const { transcript, turn, toolUseId } = call;
  await db.transaction().execute(async (trx) => {
    const answer = await trx
      .selectFrom('agent_turns')
      .select('content')
      .where('transcript', '=', transcript)
      .where('turn', '=', turn)
      .forUpdate()
      .executeTakeFirst();
    const blocks = (answer?.content ?? []) as unknown as { readonly id?: string }[];
    // It holds other calls too, which may still be to be carried out.
    const content = blocks.map((block) => (block.id === toolUseId ? { ...block, input } : block));
    await trx
      .updateTable('agent_turns')
      .set({ content: sql`${new AsWritten(content)}::json` })
      .where('transcript', '=', transcript)
      .where('turn', '=', turn)
      .execute();
    await trx
      .updateTable('tool_calls')
      .set({ input: json(input as Record<string, never>) })
      .where(isCall(call))
      .execute();
  });
}
