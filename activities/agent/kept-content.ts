/** Prepares a model's answer to be stored: its words without secrets, and its calls on a host as they are to be run. */
import type Anthropic from '@anthropic-ai/sdk';
import type { Database } from '../../db/connection.ts';
import { hideToolInput, type ToolCallId } from '../../db/writes/tool-calls.ts';
import type { Purpose } from '../../workflows/contract/states.ts';
import { valueWithoutSecrets, withoutSecrets } from '../secrets/redact.ts';
import { runsOnHost } from './tools.ts';

type Content = readonly Anthropic.ContentBlock[];

const isThought = ({ type }: Anthropic.ContentBlock): boolean => type === 'thinking' || type === 'redacted_thinking';

/** A thought is sent back as it was or not at all, so an answer that thinks of a secret is kept without its thoughts. */
export function keptContent(content: Content, purpose: Purpose): Content {
  const thinksOfSecret = content.some((block) => isThought(block) && valueWithoutSecrets(block) !== block);
  return content
    .filter((block) => !(thinksOfSecret && isThought(block)))
    .map((block) => {
      if (block.type === 'text') return { ...block, text: withoutSecrets(block.text) };
      if (block.type !== 'tool_use' || runsOnHost(block.name, purpose)) return block;
      return { ...block, input: valueWithoutSecrets(block.input) };
    });
}

/** Once a call was carried out, nobody needs its secrets any more. Idempotent. */
export async function hideInput(db: Database, id: ToolCallId, input: unknown): Promise<void> {
  const hidden = valueWithoutSecrets(input);
  if (hidden !== input) await hideToolInput(db, id, hidden);
}
