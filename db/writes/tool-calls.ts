/** Tool calls that run on a host: begun, then answered once. */
import { type Selectable, sql } from 'kysely';
import type { Database } from '../connection.ts';
import type { ToolCalls } from '../schema.ts';

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

/** The call's row; undefined when there is no such call. */
export async function readToolCall(
  db: Database,
  { transcript, turn, toolUseId }: ToolCallId,
): Promise<Selectable<ToolCalls> | undefined> {
  return db
    .selectFrom('tool_calls')
    .selectAll()
    .where('transcript', '=', transcript)
    .where('turn', '=', turn)
    .where('tool_use_id', '=', toolUseId)
    .executeTakeFirst();
}

/** Marks a call as begun, the first time: from now on it may have had its effect. */
export async function beginToolCall(db: Database, { transcript, turn, toolUseId }: ToolCallId): Promise<void> {
  await db
    .updateTable('tool_calls')
    .set({ started_at: sql<Date>`coalesce(started_at, now())` })
    .where('transcript', '=', transcript)
    .where('turn', '=', turn)
    .where('tool_use_id', '=', toolUseId)
    .execute();
}

/** Stores a call's result unless it has one. */
export async function finishToolCall(
  db: Database,
  { transcript, turn, toolUseId }: ToolCallId,
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
    .where('transcript', '=', transcript)
    .where('turn', '=', turn)
    .where('tool_use_id', '=', toolUseId)
    .where('output', 'is', null)
    .execute();
}
