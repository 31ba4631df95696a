/** The one place that calls the model: a streamed request, and its answer as it is stored. */

import Anthropic from '@anthropic-ai/sdk';
import { defined } from '../../workflows/contract/optional-fields.ts';
import { fetchModel } from './connection.ts';

const DEFAULT_BASE_URL = 'https://api.anthropic.com';

/** The client for all model calls. It never retries, since Temporal does, and takes nothing from the environment. */
export function createModelClient({ apiKey, baseUrl }: { apiKey: string; baseUrl?: string | undefined }): Anthropic {
  const baseURL = baseUrl ?? DEFAULT_BASE_URL;
  return new Anthropic({ apiKey, baseURL, maxRetries: 0, openTelemetry: false, fetch: fetchModel });
}

export interface ModelListener {
  readonly onText: (delta: string) => void;
  readonly onEvent: (event: Anthropic.RawMessageStreamEvent) => void;
}

export interface ModelAnswer {
  readonly messageId: string;
  readonly content: readonly Anthropic.ContentBlock[];
  readonly stopReason: string;
  readonly usage: Anthropic.Usage;
}

/** Models that know thinking only as a fixed number of tokens; they are asked without it. */
const WITHOUT_ADAPTIVE_THINKING = /^claude-(opus|sonnet|haiku)-4-5(-|$)/;

/** How long the provider keeps what a marker covers; `undefined` is its five minutes. */
export type CacheTtl = '1h' | undefined;

/** All markers of a request have one time: the API refuses a longer one behind a shorter. */
export const cacheMarker = (ttl: CacheTtl): Anthropic.CacheControlEphemeral => ({
  type: 'ephemeral',
  ...defined({ ttl }),
});

/** The request of a turn. Its bytes are what the budget reserves for. */
export function modelRequest(input: {
  model: string;
  maxTokens: number;
  prompt: { system: string; tools: Anthropic.ToolUnion[] };
  messages: Anthropic.MessageParam[];
  cacheTtl?: CacheTtl;
}): Anthropic.MessageCreateParamsStreaming {
  const { model, maxTokens, prompt, messages, cacheTtl } = input;
  return {
    model,
    max_tokens: maxTokens,
    stream: true,
    ...(WITHOUT_ADAPTIVE_THINKING.test(model) ? {} : { thinking: { type: 'adaptive', display: 'summarized' } }),
    // The marker covers the tools too, which come before the system prompt.
    system: [{ type: 'text', text: prompt.system, cache_control: cacheMarker(cacheTtl) }],
    tools: prompt.tools,
    messages,
  };
}

export const requestBytes = (request: Anthropic.MessageCreateParamsStreaming): number =>
  Buffer.byteLength(JSON.stringify(request));

/** Streams one answer; `onText` gets the text as it comes, `onEvent` all that comes. Neither may throw. */
export async function callModel(
  client: Anthropic,
  request: Anthropic.MessageCreateParamsStreaming,
  { signal, onText, onEvent }: ModelListener & { readonly signal: AbortSignal },
): Promise<ModelAnswer> {
  const stream = client.messages.stream(request, { signal, maxRetries: 0 });
  stream.on('text', onText);
  stream.on('thinking', onText);
  stream.on('streamEvent', onEvent);
  const message = await stream.finalMessage();
  const stopReason = message.stop_reason;
  if (stopReason === null) throw new Anthropic.AnthropicError('The stream ended without a stop reason');
  return {
    messageId: message.id,
    content: wholeBlocks(message.content, stopReason),
    stopReason,
    usage: message.usage,
  };
}

/** Where an answer was cut off, its last block may be half of a tool call or a thought without its signature. */
const CUT_OFF: ReadonlySet<string> = new Set(['max_tokens', 'refusal', 'model_context_window_exceeded']);

function wholeBlocks(
  content: readonly Anthropic.ContentBlock[],
  stopReason: string,
): readonly Anthropic.ContentBlock[] {
  const last = content.at(-1);
  const half = last?.type === 'tool_use' || (last?.type === 'thinking' && last.signature === '');
  return CUT_OFF.has(stopReason) && half ? content.slice(0, -1) : content;
}
