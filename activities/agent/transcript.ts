/**
 * The messages of a model call, built from stored rows alone: the same rows make the same messages, byte for byte.
 * A turn's user message is the outputs of the turn before it, in the order of the calls, then the turn's briefs.
 * Models check that nothing before one of their thinking blocks has changed, so a transcript only ever grows; where
 * compaction has to change it, the thinking blocks of the turns up to there are left out altogether. Thoughts of another
 * model mean nothing to the one that is asked, so each model sees its own.
 */
import type Anthropic from '@anthropic-ai/sdk';
import { type CacheTtl, cacheMarker } from '../../clients/model/call.ts';
import type { StoredTurn, TranscriptRows } from '../../db/reads/model-input.ts';
import { storable } from '../../db/text.ts';

type Block = Anthropic.ContentBlockParam;

/** What the model sees of one tool's output; the whole of it stays in tool_calls. */
export const OUTPUT_LIMIT = 30_000;
/** Compaction leaves the outputs of this many turns before it whole: what the model is working with. */
const TURNS_KEPT_WHOLE = 3;
/** Longer texts in the tool inputs of compacted turns, such as a whole new file, are left out. */
const COMPACTED_INPUT_LIMIT = 1_000;

/** What stands as the output of a call that nobody answered, whether or not somebody had begun it. */
export const INTERRUPTED = {
  notStarted: 'This call was not carried out: its run was interrupted.',
  started: 'This call was interrupted: it may or may not have finished. Look at what it has done before you repeat it.',
};

/** The messages with which turn `nextTurn` is asked for: of `model`, if it is not the only one. */
export function buildMessages(
  rows: TranscriptRows,
  nextTurn: number,
  { model, cacheTtl }: { readonly model?: string; readonly cacheTtl?: CacheTtl } = {},
): Anthropic.MessageParam[] {
  const messages: { role: 'user' | 'assistant'; content: Block[] }[] = [];
  const add = (role: 'user' | 'assistant', content: Block[]) => {
    if (content.length === 0) return;
    const last = messages.at(-1);
    if (last?.role === role) last.content.push(...content);
    else messages.push({ role, content });
  };
  const isOthers = (turn: StoredTurn) => model !== undefined && turn.model !== undefined && turn.model !== model;
  const answers = new Map(
    rows.turns.map((turn) => [
      turn.turn,
      isOthers(turn) ? turn.content.filter((block) => !isThought(block)) : turn.content,
    ]),
  );
  for (let turn = 1; turn <= nextTurn; turn += 1) {
    const previous = answers.get(turn - 1);
    add('user', [...(previous === undefined ? [] : toolResults(previous, turn - 1, rows)), ...openings(turn, rows)]);
    const answer = answers.get(turn);
    if (turn < nextTurn && answer !== undefined) add('assistant', assistantContent(answer, turn, rows));
  }
  // The API wants a user's word at the end; without outputs or briefs there is only this to say.
  if (messages.at(-1)?.role !== 'user') add('user', [{ type: 'text', text: 'Go on.' }]);
  return withCacheMarkers(messages, cacheTtl);
}

/** Every tool call of a turn gets its result, in order, before anything else is said: the API refuses all else. */
function toolResults(content: readonly Block[], turn: number, rows: TranscriptRows): Block[] {
  const calls = new Map(rows.toolCalls.filter((call) => call.turn === turn).map((call) => [call.toolUseId, call]));
  const compacted = turn < rows.compactedBeforeTurn - TURNS_KEPT_WHOLE;
  return content
    .filter((block) => block.type === 'tool_use')
    .map(({ id }) => {
      const call = calls.get(id);
      const output = call?.output ?? INTERRUPTED.notStarted;
      const isError = call?.isError ?? true;
      return {
        type: 'tool_result',
        tool_use_id: id,
        content: compacted ? '(This older output was left out to make room.)' : shown(output),
        ...(isError ? { is_error: true } : {}),
      };
    });
}

function openings(turn: number, rows: TranscriptRows): Block[] {
  return rows.briefs
    .filter((brief) => brief.turn === turn && brief.body.trim() !== '')
    .map((brief) => ({ type: 'text', text: brief.body }));
}

function assistantContent(content: readonly Block[], turn: number, rows: TranscriptRows): Block[] {
  // An empty text block comes from the API now and then, and is refused when it is sent back.
  const sendable = content.filter((block) => block.type !== 'text' || block.text.trim() !== '');
  // Nor may a thought be the last block, as in an answer that was cut off after it.
  if (turn >= rows.compactedBeforeTurn)
    return sendable.slice(0, sendable.findLastIndex((block) => !isThought(block)) + 1);
  return sendable
    .filter((block) => !isThought(block))
    .map((block) =>
      block.type === 'tool_use' && turn < rows.compactedBeforeTurn - TURNS_KEPT_WHOLE
        ? { ...block, input: shortened(block.input) }
        : block,
    );
}

const isThought = ({ type }: Block): boolean => type === 'thinking' || type === 'redacted_thinking';

function shortened(input: unknown): unknown {
  if (typeof input === 'string') return input.length <= COMPACTED_INPUT_LIMIT ? input : '(left out to make room)';
  if (Array.isArray(input)) return input.map(shortened);
  if (input === null || typeof input !== 'object') return input;
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, shortened(value)]));
}

function shown(output: string): string {
  return output === '' ? '(no output)' : cutInTheMiddle(output, OUTPUT_LIMIT);
}

/** At most `limit` characters of the text: its beginning and its end, and how much is missing between. */
export function cutInTheMiddle(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const half = Math.floor((limit - 120) / 2);
  const missing = text.length - 2 * half;
  const note = `\n[… ${missing} characters are left out here; look at a smaller part to see them …]\n`;
  return storable(`${text.slice(0, half)}${note}${text.slice(-half)}`);
}

/**
 * Marks the last two user messages: the last is what this call writes to the cache, the one before it is what the
 * call before wrote, so each turn re-reads the one before however many blocks lie between. The system prompt has a
 * marker of its own (clients/model/call.ts); four is the API's limit.
 */
function withCacheMarkers(
  messages: { role: 'user' | 'assistant'; content: Block[] }[],
  cacheTtl: CacheTtl,
): Anthropic.MessageParam[] {
  const marked = new Set(messages.filter((message) => message.role === 'user').slice(-2));
  return messages.map((message) => {
    if (!marked.has(message)) return message;
    const last = message.content.at(-1) as Block;
    return {
      ...message,
      content: [...message.content.slice(0, -1), { ...last, cache_control: cacheMarker(cacheTtl) } as Block],
    };
  });
}
