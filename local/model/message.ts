/** The scripted model's answer as the API's Message: content, stop reason, and usage counted from the request. */
import { randomBytes } from 'node:crypto';
import type Anthropic from '@anthropic-ai/sdk';
import type { AnsweredBlock } from '../../workflows/contract/recording.ts';
import { withFolders } from './folders.ts';
import type { PlayedAnswer } from './playback.ts';
import type { ScriptedRequest } from './request.ts';
import type { SoftFault, Turn } from './scenario.ts';

export interface AnswerInput {
  readonly request: ScriptedRequest;
  readonly requestBytes: number;
  readonly turn: Turn;
  readonly fault: SoftFault | undefined;
  readonly think: boolean;
  readonly sign: (thinking: string) => string;
  /** The usage costs exactly upperBoundMicroUsd. */
  readonly exactBound: boolean;
}

export function createMessage(input: AnswerInput): Anthropic.Message {
  const { request, turn, fault } = input;
  const content = fault === 'refusal' ? [] : contentOf(input);
  return messageOf(request, {
    content,
    stopReason: fault ?? (turn.tools.length > 0 ? 'tool_use' : 'end_turn'),
    usage: input.exactBound ? boundUsage(input) : usageOf(input, content),
  });
}

/** Stands where a recording has left out what only the real model can read; a playback does not verify it. */
const LEFT_OUT = 'left-out-of-the-recording';

/** The recorded answer again, with this host's folders in its calls. */
export function playedMessage(request: ScriptedRequest, { turn, folders }: PlayedAnswer): Anthropic.Message {
  return messageOf(request, {
    content: withFolders(turn.answer, folders).map(playedBlock),
    stopReason: turn.stopReason as Anthropic.StopReason,
    usage: { ...NO_EXTRAS, ...turn.usage } as Anthropic.Usage,
  });
}

interface MessageParts {
  readonly content: Anthropic.ContentBlock[];
  readonly stopReason: Anthropic.StopReason;
  readonly usage: Anthropic.Usage;
}

const messageOf = ({ model }: ScriptedRequest, { content, stopReason, usage }: MessageParts): Anthropic.Message => ({
  id: `msg_${random()}`,
  type: 'message',
  role: 'assistant',
  model,
  content,
  container: null,
  diagnostics: null,
  stop_reason: stopReason,
  stop_sequence: null,
  stop_details: stopReason === 'refusal' ? { type: 'refusal', category: null, explanation: null } : null,
  usage,
});

function playedBlock(block: AnsweredBlock): Anthropic.ContentBlock {
  switch (block.type) {
    case 'thinking':
      return { ...block, signature: LEFT_OUT };
    case 'redacted_thinking':
      return { ...block, data: LEFT_OUT };
    case 'text':
      return { ...block, citations: null };
    case 'tool_use':
      return { ...block, caller: { type: 'direct' } };
  }
}

function contentOf({ turn, fault, think, sign }: AnswerInput): Anthropic.ContentBlock[] {
  const thought = `I think about ${turn.text ?? turn.tools[0]?.tool ?? 'the answer'}`;
  // Of the faults only running into max_tokens breaks off a tool call; the others come instead of one.
  const tools = fault === undefined || fault === 'max_tokens' ? turn.tools : [];
  const text = turn.text ?? (tools.length === 0 ? 'I have nothing to add.' : undefined);
  return [
    ...(think ? [{ type: 'thinking' as const, thinking: thought, signature: sign(thought) }] : []),
    ...(text === undefined ? [] : [{ type: 'text' as const, text, citations: null }]),
    ...tools.map(({ tool, input }) => ({
      type: 'tool_use' as const,
      id: `toolu_${random()}`,
      name: tool,
      input,
      caller: { type: 'direct' as const },
    })),
  ];
}

const random = (): string => randomBytes(12).toString('hex');
/** Four bytes a token, about as in English text and code. */
export const tokens = (bytes: number): number => Math.ceil(bytes / 4);
const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

const NO_EXTRAS = {
  inference_geo: null,
  output_tokens_details: null,
  server_tool_use: null,
  service_tier: 'standard',
  speed: 'standard',
} as const;

/** Reads from the cache what the call before this one wrote: everything up to the last but one user message. */
function usageOf({ request, requestBytes }: AnswerInput, content: unknown): Anthropic.Usage {
  const cached = request.messages.length > 1 ? requestBytes - bytesOf(request.messages.slice(-2)) : 0;
  const created = tokens(requestBytes - cached);
  const isLong = JSON.stringify(request.system ?? '').includes('"ttl":"1h"');
  return {
    ...NO_EXTRAS,
    input_tokens: 4,
    output_tokens: Math.min(request.max_tokens, tokens(bytesOf(content))),
    cache_read_input_tokens: tokens(Math.max(0, cached)),
    cache_creation_input_tokens: created,
    cache_creation: {
      ephemeral_5m_input_tokens: isLong ? 0 : created,
      ephemeral_1h_input_tokens: isLong ? created : 0,
    },
  };
}

function boundUsage({ request, requestBytes }: AnswerInput): Anthropic.Usage {
  return {
    ...NO_EXTRAS,
    input_tokens: 0,
    output_tokens: request.max_tokens,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: requestBytes,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: requestBytes },
  };
}
