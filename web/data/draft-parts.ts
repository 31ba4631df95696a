/** An answer that is being written, put together from the parts in which it comes. Pure. */
import type { Answer } from '../../api/client/index.ts';

export type Draft = Answer<'Draft'>;
export type DraftBlock = Draft['blocks'][number];

/** What is known with what came: blocks that it does not name are gone, and another call begins again. */
export function joinDraft(known: Draft | undefined, part: Draft): Draft {
  if (known?.turn !== part.turn || known.call !== part.call) return part;
  const blocks = new Map(known.blocks.map((block) => [block.index, block]));
  return { ...part, blocks: part.blocks.map((block) => joinBlock(blocks.get(block.index), block)) };
}

/** A part stands `offset` characters after its block's beginning; after a gap only what follows it is kept. */
function joinBlock(known: DraftBlock | undefined, part: DraftBlock): DraftBlock {
  if (known === undefined || part.kind === 'call' || known.kind !== part.kind) return part;
  const at = part.offset - known.offset;
  if (at < 0 || at > known.text.length) return part;
  return part.text === '' && at === known.text.length ? known : { ...known, text: known.text.slice(0, at) + part.text };
}

/** Names a thought as the transcript's rows do. */
export const thoughtKeys = ({ turn, blocks }: Draft): string[] =>
  blocks.flatMap(({ kind, index }) => (kind === 'thinking' ? [`${turn}/${index}`] : []));
