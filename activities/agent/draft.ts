/** Collects an answer while the model writes it, block by block, with secrets held back. Pure. */
import type Anthropic from '@anthropic-ai/sdk';
import type { DraftBlock } from '../../db/writes/drafts.ts';
import { createStreamedText } from '../secrets/streamed-text.ts';

/** Keeps the end of each block, and the last blocks of the answer. */
const MOST_CHARACTERS = 16_000;
const MOST_BLOCKS = 16;

type Block =
  | { readonly kind: 'text' | 'thinking'; readonly streamed: ReturnType<typeof createStreamedText>; isWhole: boolean }
  | { readonly kind: 'call'; readonly name: string; characters: number };

export function createDraft() {
  const blocks = new Map<number, Block>();
  let thinksOfSecret = false;

  return {
    /** Takes over an event of the stream; false where it changes nothing that is shown. */
    add(event: Anthropic.RawMessageStreamEvent): boolean {
      switch (event.type) {
        case 'content_block_start': {
          const block = opened(event.content_block);
          if (block === undefined) return false;
          blocks.set(event.index, block);
          blocks.delete(event.index - MOST_BLOCKS);
          return true;
        }
        case 'content_block_delta': {
          const block = blocks.get(event.index);
          return block !== undefined && grow(block, event.delta);
        }
        case 'content_block_stop': {
          const block = blocks.get(event.index);
          if (block === undefined || block.kind === 'call') return false;
          block.isWhole = true;
          return true;
        }
        default:
          return false;
      }
    },
    /** Searches what came since for secrets. As in a stored answer, no thought stays where one of them has a secret. */
    read(): DraftBlock[] {
      for (const block of blocks.values()) {
        if (block.kind === 'call') continue;
        block.streamed.settle(block.isWhole);
        thinksOfSecret ||= block.kind === 'thinking' && block.streamed.holdsSecret();
      }
      return [...blocks].flatMap(([index, block]): DraftBlock[] => {
        if (block.kind === 'call') return [{ index, kind: 'call', name: block.name, characters: block.characters }];
        if (block.kind === 'thinking' && thinksOfSecret) return [];
        return [{ index, kind: block.kind, ...block.streamed.read() }];
      });
    },
  };
}

function opened(block: Anthropic.ContentBlock): Block | undefined {
  if (block.type === 'tool_use') return { kind: 'call', name: block.name, characters: 0 };
  if (block.type !== 'text' && block.type !== 'thinking') return undefined;
  const streamed = createStreamedText(MOST_CHARACTERS);
  streamed.add(block.type === 'text' ? block.text : block.thinking);
  return { kind: block.type, streamed, isWhole: false };
}

function grow(block: Block, delta: Anthropic.RawContentBlockDelta): boolean {
  if (block.kind === 'call') {
    if (delta.type !== 'input_json_delta') return false;
    block.characters += delta.partial_json.length;
    return true;
  }
  if (delta.type === 'text_delta') block.streamed.add(delta.text);
  else if (delta.type === 'thinking_delta') block.streamed.add(delta.thinking);
  else return false;
  return true;
}
