/** An agent's turns as a recording has them: what each request asked in addition, and the answer. */
import type Anthropic from '@anthropic-ai/sdk';
import type { TranscriptRows } from '../../db/reads/model-input.ts';
import type { AnsweredBlock, AskedBlock, RecordedTurn, Spoken } from '../../workflows/contract/recording.ts';
import { COMPACT_NOTE } from '../../workflows/contract/transcript.ts';

type Message = Anthropic.MessageParam;

/** Builds the messages of a turn from rows, exactly as they are sent. */
export type BuildMessages = (rows: TranscriptRows, turn: number) => readonly Message[];

interface StoredTurn {
  readonly turn: number;
  readonly content: readonly Anthropic.ContentBlockParam[];
  readonly stop_reason: string;
  readonly usage: unknown;
  readonly started_at: Date;
  readonly finished_at: Date;
}

export interface StoredAgent extends Pick<TranscriptRows, 'toolCalls' | 'briefs'> {
  readonly turns: readonly StoredTurn[];
  /** 0, or the turn before which it was last compacted. */
  readonly compactedBeforeTurn: number;
}

/** Times are told from `since`; turns that ended after `until` are left out. */
export function recordTurns(
  agent: StoredAgent,
  { buildMessages, since, until }: { buildMessages: BuildMessages; since: Date; until: Date | undefined },
): RecordedTurn[] {
  const recorded: RecordedTurn[] = [];
  const noted = agent.briefs.filter(({ body }) => body === COMPACT_NOTE).map(({ turn }) => turn);
  const compacted = new Set([agent.compactedBeforeTurn, ...noted]);
  let compactedBeforeTurn = 0;
  for (const [index, turn] of agent.turns.entries()) {
    if (until !== undefined && turn.finished_at > until) break;
    const before = agent.turns[index - 1];
    const wasFull = before?.stop_reason === 'model_context_window_exceeded';
    const isCompacted = wasFull || compacted.has(turn.turn);
    if (isCompacted) compactedBeforeTurn = turn.turn;
    const rows = { toolCalls: agent.toolCalls, briefs: agent.briefs, compactedBeforeTurn };
    recorded.push({
      turn: turn.turn,
      asked: isCompacted ? [] : lastAsked(buildMessages(newRows(rows, turn.turn, before), turn.turn)),
      ...(isCompacted ? { conversation: buildMessages({ ...rows, turns: agent.turns }, turn.turn).map(spoken) } : {}),
      ...(isCompacted && !wasFull ? { refusedFirst: true as const } : {}),
      answer: turn.content.flatMap(answered),
      stopReason: turn.stop_reason,
      usage: turn.usage as Record<string, unknown>,
      startedMs: turn.started_at.getTime() - since.getTime(),
      finishedMs: turn.finished_at.getTime() - since.getTime(),
    });
  }
  return recorded;
}

/** Only what this turn adds, so that a long transcript is not built again for each of its turns. */
function newRows(rows: Omit<TranscriptRows, 'turns'>, turn: number, before: StoredTurn | undefined): TranscriptRows {
  return {
    ...rows,
    turns: before === undefined ? [] : [before],
    toolCalls: rows.toolCalls.filter((call) => call.turn === before?.turn),
    briefs: rows.briefs.filter((brief) => brief.turn === turn),
  };
}

function lastAsked(messages: readonly Message[]): AskedBlock[] {
  const last = messages.at(-1);
  return last?.role === 'user' ? blocksOf(last).flatMap(asked) : [];
}

const spoken = (message: Message): Spoken =>
  message.role === 'user'
    ? { role: 'user', content: blocksOf(message).flatMap(asked) }
    : { role: 'assistant', content: blocksOf(message).flatMap(answered) };

const blocksOf = ({ content }: Message): readonly Anthropic.ContentBlockParam[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : content;

function asked(block: Anthropic.ContentBlockParam): AskedBlock[] {
  if (block.type === 'text') return [{ type: 'text', text: block.text }];
  if (block.type !== 'tool_result') return [];
  const { tool_use_id: of, content = '', is_error: isError = false } = block;
  return [{ type: 'result', of, text: typeof content === 'string' ? content : JSON.stringify(content), isError }];
}

function answered(block: Anthropic.ContentBlockParam): AnsweredBlock[] {
  switch (block.type) {
    case 'thinking':
      return [{ type: 'thinking', thinking: block.thinking }];
    case 'redacted_thinking':
      return [{ type: 'redacted_thinking' }];
    case 'text':
      return [{ type: 'text', text: block.text }];
    case 'tool_use':
      return [{ type: 'tool_use', id: block.id, name: block.name, input: block.input as Record<string, unknown> }];
    default:
      return [];
  }
}
