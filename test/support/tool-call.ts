/** A tool call as the model's answer leaves it in the database. */
import { sql } from 'kysely';
import type { HostToolInput } from '../../activities/tools/host-tool.ts';
import type { Database } from '../../db/connection.ts';
import { json } from '../../db/json.ts';
import { RepositoryPolicy } from '../../workflows/contract/settings.ts';

let calls = 0;

/** Stores a transcript's turn with one call and returns what the workflow gives to the tool's activity. */
export async function addToolCall(
  db: Database,
  call: {
    name: string;
    input: unknown;
    worktree: string;
    agentId?: string;
    readOnly?: boolean;
    timeoutSeconds?: number;
  },
): Promise<HostToolInput> {
  const { name, input, worktree, agentId = 'abc.schema.implement.1', readOnly = false, timeoutSeconds = 30 } = call;
  const turn = ++calls;
  const toolUseId = `toolu_01${turn}`;
  await db
    .insertInto('transcripts')
    .values({
      id: agentId,
      epic_id: 'abc',
      task_key: 'schema',
      purpose: 'implement',
      attempt: Number(agentId.split('.').at(-1)),
      opened_by: agentId,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = {
    transcript: agentId,
    turn,
    model: 'm',
    message_id: `msg_${turn}`,
    content: json([]),
    stop_reason: 'tool_use',
  };
  await db
    .insertInto('agent_turns')
    .values({ ...row, usage: json({}), cost_microusd: 0, started_at: sql<Date>`now()` })
    .execute();
  await db
    .insertInto('tool_calls')
    .values({ transcript: agentId, turn, tool_use_id: toolUseId, position: 0, name, input: json(input as never) })
    .execute();
  return {
    agentId,
    turn,
    toolUseId,
    epicId: 'abc',
    taskKey: 'schema',
    worktree,
    placement: { host: 'test', epoch: 1 },
    readOnly,
    timeoutSeconds,
    repository: 'example',
    policy: RepositoryPolicy.parse({}),
  };
}

export async function storedCall(db: Database, call: HostToolInput) {
  return db
    .selectFrom('tool_calls')
    .selectAll()
    .where('transcript', '=', call.agentId)
    .where('tool_use_id', '=', call.toolUseId)
    .executeTakeFirstOrThrow();
}

/** As if it had not been stored. */
export const forgetResult = (db: Database, { toolUseId }: HostToolInput): Promise<unknown> =>
  db
    .updateTable('tool_calls')
    .set({ output: null, is_error: null, exit_code: null, finished_at: null })
    .where('tool_use_id', '=', toolUseId)
    .execute();
