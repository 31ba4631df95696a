/** Turns of an agent whose model a test plays: what they ask and say is stored, and their mail told, as by the real activity. */
import type Anthropic from '@anthropic-ai/sdk';
import { deliveryOf } from '../../activities/agent/deliver-mail.ts';
import type { TakeTurnInput, TurnResult } from '../../activities/agent/take-turn.ts';
import { toolCallRef } from '../../activities/agent/tools.ts';
import type { Database } from '../../db/connection.ts';
import { readAnswer } from '../../db/reads/model-input.ts';
import { readUnread, type UnreadMail } from '../../db/reads/unread-mail.ts';
import { writeAnswer } from '../../db/writes/transcripts.ts';

export interface Call {
  readonly name: string;
  readonly input: unknown;
}

/** `say` gets the mail of the turn and returns its calls; none ends the turn without a tool. */
export async function storeTurn(
  db: Database,
  input: TakeTurnInput,
  say: (unread: readonly UnreadMail[]) => readonly Call[],
): Promise<TurnResult> {
  const { agentId: transcript, turn, epicId, taskKey, purpose, pin } = input;
  const [attempt = '1'] = transcript.split('.').toReversed();
  await db
    .insertInto('transcripts')
    .values({
      ...{ id: transcript, epic_id: epicId, task_key: taskKey ?? null, purpose, attempt: Number(attempt) },
      opened_by: transcript,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  // Read again after a pause in its tools.
  if ((await readAnswer(db, transcript, turn)) === undefined) {
    const unread = await readUnread(db, { epicId, transcript, purpose, taskKey });
    const mail = deliveryOf(unread, input);
    const content = say(unread).map(({ name, input: given }, index) => ({
      ...{
        type: 'tool_use' as const,
        id: `t${turn}-${index}`,
        name,
        input: given,
        caller: { type: 'direct' as const },
      },
    })) as Anthropic.ContentBlock[];
    const stopReason = content.length === 0 ? 'end_turn' : 'tool_use';
    await writeAnswer(db, {
      ...{ call: { transcript, turn, call: 1 }, model: pin.model, messageId: `m${turn}`, content, stopReason },
      ...{ usage: {} as Anthropic.Usage, used: { microUsd: 0, tokens: 0 }, startedAt: new Date() },
      ...(mail === undefined ? {} : { mail }),
    });
  }
  const stored = (await readAnswer(db, transcript, turn))?.content ?? [];
  return {
    ...{ kind: 'answer', stopReason: stored.length === 0 ? 'end_turn' : 'tool_use' },
    toolCalls: stored.flatMap((block) => (block.type === 'tool_use' ? [toolCallRef(block, purpose)] : [])),
  };
}
