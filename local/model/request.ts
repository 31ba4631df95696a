/**
 * What the scripted model accepts: the Messages API's request of version 2026-10-21 as far as the factory uses it,
 * refused with the same status, error type and kind of message as the real one.
 */
import { z } from 'zod';
import { KNOWN_MODELS } from '../../clients/model/prices.ts';

/** An answer that is an error. */
export class Refusal extends Error {
  readonly status: number;
  readonly type: string;
  readonly retryAfter: number | undefined;
  constructor(status: number, type: string, message: string, retryAfter?: number) {
    super(message);
    this.status = status;
    this.type = type;
    this.retryAfter = retryAfter;
  }
}
export const invalid = (message: string): Refusal => new Refusal(400, 'invalid_request_error', message);

const CacheControl = z.strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() }).nullish();
const Text = z.strictObject({
  type: z.literal('text'),
  text: z.string(),
  cache_control: CacheControl,
  citations: z.null().optional(),
});
const Block = z.discriminatedUnion('type', [
  Text,
  z.strictObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() }),
  z.strictObject({ type: z.literal('redacted_thinking'), data: z.string() }),
  z.strictObject({
    type: z.literal('tool_use'),
    id: z.string().regex(/^[a-zA-Z0-9_-]+$/),
    name: z.string().min(1),
    input: z.record(z.string(), z.unknown()),
    caller: z.unknown().optional(),
    toolset_name: z.string().nullish(),
    cache_control: CacheControl,
  }),
  z.strictObject({
    type: z.literal('tool_result'),
    tool_use_id: z.string(),
    content: z.union([z.string(), z.array(Text)]).optional(),
    is_error: z.boolean().optional(),
    cache_control: CacheControl,
  }),
]);
export type Block = z.infer<typeof Block>;

const MessageParam = z.strictObject({
  role: z.enum(['user', 'assistant']),
  content: z.union([z.string(), z.array(Block)]),
});
const TOOL_NAME = /^[a-zA-Z0-9_-]{1,128}$/;
const Tool = z.union([
  z.strictObject({ type: z.literal('bash_20250124'), name: z.literal('bash'), cache_control: CacheControl }),
  z.strictObject({
    type: z.literal('text_editor_20250728'),
    name: z.literal('str_replace_based_edit_tool'),
    max_characters: z.number().int().nullish(),
    cache_control: CacheControl,
  }),
  z.strictObject({
    type: z.literal('custom').nullish(),
    name: z.string().regex(TOOL_NAME),
    description: z.string().optional(),
    input_schema: z.looseObject({ type: z.literal('object') }),
    strict: z.boolean().optional(),
    cache_control: CacheControl,
  }),
]);

const Request = z.strictObject({
  model: z.string(),
  max_tokens: z.number().int().min(0).max(128_000),
  messages: z.array(MessageParam).min(1),
  system: z.union([z.string(), z.array(Text)]).optional(),
  tools: z.array(Tool).optional(),
  tool_choice: z.looseObject({ type: z.enum(['auto', 'any', 'tool', 'none']) }).optional(),
  thinking: z.looseObject({ type: z.enum(['enabled', 'disabled', 'adaptive', 'between_tools']) }).optional(),
  output_config: z.looseObject({}).optional(),
  stop_sequences: z.array(z.string()).optional(),
  metadata: z.looseObject({}).optional(),
  service_tier: z.enum(['auto', 'standard_only']).optional(),
  cache_control: CacheControl,
  stream: z.boolean().optional(),
});

export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: readonly Block[];
}
export type ScriptedRequest = Omit<z.infer<typeof Request>, 'messages'> & { readonly messages: readonly Turn[] };

/** These models always think by themselves and choose their tools themselves. */
const ALWAYS_THINKING = /^claude-(opus-5-5|(fable|mythos)-5(-|$))/;
const NO_FORCED_TOOLS = /^claude-(opus-5-5|(fable|mythos)-5-[12])/;

/** Reads a body; throws the refusal that the API would answer. Neighbours of one role are combined, as there. */
export function readRequest(body: string): ScriptedRequest {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (error) {
    throw invalid(`The request body is not valid JSON: ${(error as Error).message}`);
  }
  const parsed = Request.safeParse(json);
  if (!parsed.success) throw invalid(firstIssue(parsed.error.issues));
  const request = parsed.data;
  if (!KNOWN_MODELS.includes(request.model)) throw new Refusal(404, 'not_found_error', `model: ${request.model}`);
  validateModelOptions(request);
  validateCacheMarkers(request);
  const names = request.tools?.map((tool) => tool.name) ?? [];
  if (new Set(names).size < names.length) throw invalid('tools: Tool names must be unique.');
  const messages = combined(request.messages);
  validateMessages(messages);
  return { ...request, messages };
}

/** Extra fields are named with their path, as the API does. */
function firstIssue(issues: readonly z.core.$ZodIssue[]): string {
  const issue = issues[0] as z.core.$ZodIssue;
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return `${[...issue.path, issue.keys[0]].join('.')}: Extra inputs are not permitted`;
  }
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.map((errors) => errors[0]).find((error) => error?.code === 'unrecognized_keys');
    if (inner?.code === 'unrecognized_keys') return `${path}.${inner.keys[0]}: Extra inputs are not permitted`;
  }
  return `${path}: ${issue.message}`;
}

function validateModelOptions({ model, thinking, tool_choice }: z.infer<typeof Request>): void {
  if (thinking?.type === 'enabled' || thinking?.budget_tokens !== undefined) {
    throw invalid(
      `"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.`,
    );
  }
  if (thinking?.type === 'disabled' && ALWAYS_THINKING.test(model)) {
    throw invalid('"thinking.type.disabled" is not supported for this model.');
  }
  if ((tool_choice?.type === 'any' || tool_choice?.type === 'tool') && NO_FORCED_TOOLS.test(model)) {
    throw invalid(`tool_choice: type "${tool_choice.type}" is not supported for this model.`);
  }
}

function validateCacheMarkers({ system, tools, messages }: z.infer<typeof Request>): void {
  const blocks = [
    ...(tools ?? []),
    ...(Array.isArray(system) ? system : []),
    ...messages.flatMap(({ content }) => (Array.isArray(content) ? content : [])),
  ];
  const markers = blocks.flatMap((block) => ('cache_control' in block ? (block.cache_control ?? []) : []));
  if (markers.length > 4) {
    throw invalid(`A maximum of 4 blocks with cache_control may be provided. Found ${markers.length}.`);
  }
  // What comes first in a prompt is the tools, then the system prompt, then the messages.
  const firstShort = markers.findIndex(({ ttl = '5m' }) => ttl === '5m');
  if (firstShort !== -1 && markers.slice(firstShort).some(({ ttl }) => ttl === '1h')) {
    throw invalid('A cache_control block with ttl "1h" must not come after one with ttl "5m".');
  }
}

function combined(messages: z.infer<typeof Request>['messages']): Turn[] {
  const turns: { role: 'user' | 'assistant'; content: Block[] }[] = [];
  for (const [index, { role, content }] of messages.entries()) {
    const blocks: Block[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
    if (blocks.length === 0) throw invalid(`messages.${index}: all messages must have non-empty content`);
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...blocks);
    else turns.push({ role, content: [...blocks] });
  }
  return turns;
}

function validateMessages(messages: readonly Turn[]): void {
  if (messages[0]?.role !== 'user') throw invalid('messages: first message must use the "user" role');
  if (messages.at(-1)?.role === 'assistant') {
    throw invalid(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    );
  }
  const seen = new Set<string>();
  let asked: string[] = [];
  for (const [index, { role, content }] of messages.entries()) {
    const answered: string[] = [];
    if (content.at(-1)?.type.endsWith('thinking')) {
      throw invalid(`messages.${index}: The final block in an assistant message cannot be \`thinking\`.`);
    }
    for (const [position, block] of content.entries()) {
      const at = `messages.${index}.content.${position}`;
      if (block.type === 'text' && block.text === '') throw invalid('messages: text content blocks must be non-empty');
      if (block.type === 'text' && block.text.trim() === '') {
        throw invalid('messages: text content blocks must contain non-whitespace text');
      }
      const roleOf = ROLE_OF_BLOCK[block.type];
      if (roleOf !== undefined && roleOf !== role) {
        throw invalid(`messages.${index}: \`${block.type}\` blocks can only be in \`${roleOf}\` messages`);
      }
      if (block.type === 'tool_use') {
        if (seen.has(block.id)) throw invalid('messages: `tool_use` ids must be unique');
        seen.add(block.id);
      }
      if (block.type !== 'tool_result') continue;
      const stray = !asked.includes(block.tool_use_id) || answered.includes(block.tool_use_id);
      if (stray)
        throw invalid(
          `${at}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${block.tool_use_id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
        );
      // Results come before everything else in the message.
      if (content[answered.length]?.type === 'tool_result') answered.push(block.tool_use_id);
    }
    const open = asked.filter((id) => !answered.includes(id));
    if (open.length > 0) {
      throw invalid(
        `messages.${index - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
      );
    }
    asked = content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
  }
}

const ROLE_OF_BLOCK: Partial<Record<Block['type'], 'user' | 'assistant'>> = {
  thinking: 'assistant',
  redacted_thinking: 'assistant',
  tool_use: 'assistant',
  tool_result: 'user',
};
