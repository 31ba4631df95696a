/** What the followers of an agent's answer are sent: only what they do not have yet. Pure. */
import type { Draft } from '../db/reads/drafts.ts';
import type { DraftBlock } from '../db/writes/drafts.ts';
import type { Frame } from './streams.ts';

/** From what a follower was given last to what is there now; `stored` is the last turn whose answer is stored. */
export function draftEvents(given: Draft | undefined, draft: Draft | undefined, stored: number): Frame[] {
  const events: Frame[] = [];
  if (given !== undefined && given.turn !== draft?.turn) {
    events.push({ event: given.turn <= stored ? 'stored' : 'dropped', data: { turn: given.turn } });
  }
  if (draft === undefined) return events;
  const { turn, call } = draft;
  const isSame = given?.turn === turn && given.call === call;
  const blocks = isSame ? draft.blocks.map((block) => newPart(block, given.blocks)) : draft.blocks;
  if (!isSame || blocks.some(isNews) || blocks.length !== given.blocks.length) {
    events.push({ event: 'draft', data: { turn, call, blocks: blocks.map(({ isNew: _, ...block }: Part) => block) } });
  }
  return events;
}

type Part = DraftBlock & { readonly isNew?: boolean };

const isNews = ({ isNew }: Part): boolean => isNew !== false;

/** Every block is named each time, since one that is not is gone; of its text only what was added comes again. */
function newPart(block: DraftBlock, given: readonly DraftBlock[]): Part {
  const known = given.find(({ index }) => index === block.index);
  if (known === undefined) return block;
  if (block.kind === 'call') return { ...block, isNew: known.kind !== 'call' || known.characters !== block.characters };
  if (known.kind === 'call') return block;
  const end = known.offset + known.text.length;
  // What was left out before it could be read leaves a gap, which the offset tells.
  if (end < block.offset) return block;
  const text = block.text.slice(end - block.offset);
  return { ...block, offset: end, text, isNew: text !== '' };
}
