/** What an agent's answer is made of, in the order in which it was said. Pure. */
import type { ToolCall, Turn } from '../data/transcript-pages.ts';

export type Block =
  | { readonly kind: 'text'; readonly text: string }
  /** Without text where the provider keeps the thought to itself. */
  | { readonly kind: 'thinking'; readonly text: string }
  | { readonly kind: 'call'; readonly call: ToolCall }
  /** Of a later version of the Messages API, as JSON. */
  | { readonly kind: 'other'; readonly type: string; readonly text: string };

interface ContentBlock {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly thinking?: unknown;
  readonly id?: unknown;
  readonly name?: unknown;
  readonly input?: unknown;
}

/** Each tool call stands where the answer made it; one that the answer does not have stands last. */
export function blocksOf({ content, toolCalls }: Pick<Turn, 'content' | 'toolCalls'>): Block[] {
  const calls = new Map(toolCalls.map((call) => [call.id, call]));
  const blocks = (Array.isArray(content) ? content : []).flatMap((block: ContentBlock | null) =>
    block === null || typeof block !== 'object' ? [] : blockOf(block, calls),
  );
  const placed = new Set(blocks.flatMap((block) => (block.kind === 'call' ? block.call.id : [])));
  return [...blocks, ...toolCalls.filter(({ id }) => !placed.has(id)).map((call) => ({ kind: 'call' as const, call }))];
}

function blockOf(block: ContentBlock, calls: ReadonlyMap<string, ToolCall>): Block[] {
  switch (block.type) {
    case 'text':
      return isSaid(block.text) ? [{ kind: 'text', text: block.text }] : [];
    case 'thinking':
      return [{ kind: 'thinking', text: typeof block.thinking === 'string' ? block.thinking : '' }];
    case 'redacted_thinking':
      return [{ kind: 'thinking', text: '' }];
    case 'tool_use':
      return [{ kind: 'call', call: calls.get(String(block.id)) ?? notStored(block) }];
    default:
      return [{ kind: 'other', type: String(block.type), text: JSON.stringify(block, null, 2) }];
  }
}

const isSaid = (text: unknown): text is string => typeof text === 'string' && text.trim() !== '';

/** Between an answer and the row of its call, there is the answer alone. */
const notStored = ({ id, name, input }: ContentBlock): ToolCall => ({
  id: String(id),
  name: String(name),
  input,
  output: null,
  truncated: false,
  isError: null,
  exitCode: null,
  startedAt: null,
  finishedAt: null,
});
