/** An answer put together from the parts in which it comes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Draft, type DraftBlock, joinDraft, thoughtKeys } from '../../web/data/draft-parts.ts';

const text = (words: string, offset = 0, index = 0): DraftBlock => ({ index, kind: 'text', offset, text: words });
const draft = (...blocks: DraftBlock[]): Draft => ({ turn: 2, call: 1, blocks });

test('each part goes where it belongs, and one that comes again changes nothing', () => {
  const begun = joinDraft(undefined, draft(text('I look')));
  const more = joinDraft(begun, draft(text(' at it', 6)));
  assert.deepEqual(more, draft(text('I look at it')));
  assert.deepEqual(joinDraft(more, draft(text('look at', 2))).blocks, [text('I look at')]);
  assert.equal(
    joinDraft(more, draft(text('', 12))).blocks[0],
    more.blocks[0],
    'what did not change is not drawn again',
  );
});

test('after a reconnection the whole draft joins what is known, however much of it the factory still keeps', () => {
  const known = draft(text('0123456789'));
  assert.deepEqual(joinDraft(known, draft(text('6789abc', 6))), draft(text('0123456789abc')));
  assert.deepEqual(joinDraft(known, draft(text('xyz', 40))), draft(text('xyz', 40)), 'a gap is shown as one');
});

test('blocks that are not named are gone, and another call or turn begins again', () => {
  const thought: DraftBlock = { index: 0, kind: 'thinking', offset: 0, text: 'hm' };
  const known = draft(thought, text('Yes', 0, 1));
  assert.deepEqual(thoughtKeys(known), ['2/0']);
  assert.deepEqual(joinDraft(known, draft(text('', 3, 1))), draft(text('Yes', 0, 1)));
  const again = { ...draft(text('No')), call: 2 };
  assert.equal(joinDraft(known, again), again);
});
