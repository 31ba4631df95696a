/** A Message as the API's server-sent events. */
import type Anthropic from '@anthropic-ai/sdk';

export type StreamEvent = { readonly type: string } & Record<string, unknown>;

/** Cuts a text into the parts in which it comes. */
type Cut = (text: string) => readonly string[];

/**
 * The events of a whole message, its texts in two halves or in parts of `partLength` characters. One that ran into
 * max_tokens breaks off in the middle of its last tool call.
 */
export function* streamEvents(message: Anthropic.Message, partLength?: number): Generator<StreamEvent> {
  const cut = partLength === undefined ? halves : parts(partLength);
  const { content, stop_reason, stop_details, usage } = message;
  yield {
    type: 'message_start',
    message: {
      ...message,
      content: [],
      stop_reason: null,
      stop_details: null,
      usage: { ...usage, output_tokens: Math.min(1, usage.output_tokens) },
    },
  };
  yield { type: 'ping' };
  for (const [index, block] of content.entries()) {
    const brokenOff = stop_reason === 'max_tokens' && block.type === 'tool_use' && index === content.length - 1;
    yield* blockEvents(block, { index, brokenOff, cut });
  }
  yield {
    type: 'message_delta',
    delta: { stop_reason, stop_sequence: null, stop_details, container: null },
    usage: {
      input_tokens: usage.input_tokens,
      output_tokens: usage.output_tokens,
      cache_creation_input_tokens: usage.cache_creation_input_tokens,
      cache_read_input_tokens: usage.cache_read_input_tokens,
      output_tokens_details: null,
      server_tool_use: null,
    },
  };
  yield { type: 'message_stop' };
}

function* blockEvents(
  block: Anthropic.ContentBlock,
  { index, brokenOff, cut }: { index: number; brokenOff: boolean; cut: Cut },
): Generator<StreamEvent> {
  const delta = (fields: Record<string, string>) => ({ type: 'content_block_delta', index, delta: fields });
  switch (block.type) {
    case 'thinking':
      yield { type: 'content_block_start', index, content_block: { type: 'thinking', thinking: '', signature: '' } };
      for (const part of cut(block.thinking)) yield delta({ type: 'thinking_delta', thinking: part });
      yield delta({ type: 'signature_delta', signature: block.signature });
      break;
    case 'redacted_thinking':
      yield { type: 'content_block_start', index, content_block: block };
      break;
    case 'text':
      yield { type: 'content_block_start', index, content_block: { ...block, text: '' } };
      for (const part of cut(block.text)) yield delta({ type: 'text_delta', text: part });
      break;
    case 'tool_use': {
      const inputs = cut(JSON.stringify(block.input));
      yield { type: 'content_block_start', index, content_block: { ...block, input: {} } };
      const sent = brokenOff ? inputs.slice(0, Math.ceil(inputs.length / 2)) : inputs;
      for (const part of sent) yield delta({ type: 'input_json_delta', partial_json: part });
      break;
    }
  }
  yield { type: 'content_block_stop', index };
}

const parts =
  (length: number): Cut =>
  (text) =>
    Array.from({ length: Math.ceil(text.length / length) }, (_, i) => text.slice(i * length, (i + 1) * length));

function halves(text: string): [string, string] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
}

export const asServerSentEvent = (event: StreamEvent): string =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
