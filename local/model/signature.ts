/**
 * Signatures of thinking blocks. As with the real API, a block is bound to its model and to all that was sent before it
 * (system prompt, tools and messages, the cache markers aside): when anything there has changed, or a thinking block between others
 * was left out, it is refused.
 */
import { createHash, createHmac } from 'node:crypto';
import { invalid, type ScriptedRequest } from './request.ts';

// Not a secret: it keeps signatures valid when the server is started again.
const KEY = 'scripted-model';

/** Verifies every thinking block of the request, and returns what signs the next one. */
export function verifySignatures({ model, system, tools, messages }: ScriptedRequest): (thinking: string) => string {
  const texts = typeof system === 'string' ? [{ type: 'text', text: system }] : (system ?? []);
  let prefix = hash(model, [texts.map(withoutMarker), (tools ?? []).map(withoutMarker)]);
  for (const [index, { role, content }] of messages.entries()) {
    for (const [position, block] of content.entries()) {
      if (block.type === 'thinking' && block.signature !== sign(prefix, block.thinking)) {
        throw invalid(
          `messages.${index}.content.${position}: Invalid \`signature\` in \`thinking\` block. The block is bound to a different conversation.`,
        );
      }
      prefix = hash(prefix, [role, withoutMarker(block)]);
    }
  }
  return (thinking) => sign(prefix, thinking);
}

const hash = (prefix: string, next: unknown): string =>
  createHash('sha256').update(prefix).update(JSON.stringify(next)).digest('hex');

const sign = (prefix: string, thinking: string): string =>
  createHmac('sha256', KEY).update(prefix).update('\0').update(thinking).digest('base64');

function withoutMarker<T extends object>(block: T): Omit<T, 'cache_control'> {
  const { cache_control: _, ...rest } = block as T & { cache_control?: unknown };
  return rest;
}
