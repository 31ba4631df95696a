/** What is kept of an answer while it is written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type Anthropic from '@anthropic-ai/sdk';
import { createDraft } from '../../activities/agent/draft.ts';
import { made } from '../support/made-up-secrets.ts';

type Event = Anthropic.RawMessageStreamEvent;
const begin = (index: number, block: object) => ({ type: 'content_block_start', index, content_block: block }) as Event;
const text = (index: number, words: string) =>
  ({ type: 'content_block_delta', index, delta: { type: 'text_delta', text: words } }) as Event;
const thought = (index: number, words: string) =>
  ({ type: 'content_block_delta', index, delta: { type: 'thinking_delta', thinking: words } }) as Event;
const end = (index: number): Event => ({ type: 'content_block_stop', index });

test('the end of a long block is kept, with how much is left out, and the last blocks of many', () => {
  const draft = createDraft();
  for (let index = 0; index < 20; index += 1) {
    draft.add(begin(index, { type: 'text', text: '' }));
    for (let i = 0; i < 25; i += 1) draft.add(text(index, 'a word and more '.repeat(50)));
    draft.add(end(index));
  }
  const blocks = draft.read();
  assert.deepEqual(
    blocks.map(({ index }) => index),
    Array.from({ length: 16 }, (_, i) => i + 4),
  );
  for (const block of blocks)
    assert.ok(block.kind === 'text' && block.offset === 4_000 && block.text.length === 16_000);
});

test('as soon as one thought has a secret, none is shown, as none is stored', () => {
  const draft = createDraft();
  draft.add(begin(0, { type: 'thinking', thinking: '', signature: '' }));
  draft.add(thought(0, 'Let me look at this. '));
  assert.deepEqual(draft.read(), [{ index: 0, kind: 'thinking', offset: 0, text: 'Let me look at this. ' }]);
  draft.add(thought(0, `It is npm_${made(36)}`));
  assert.deepEqual(draft.read(), []);
  draft.add(end(0));
  draft.add(begin(1, { type: 'text', text: '' }));
  draft.add(text(1, 'I found '));
  assert.deepEqual(draft.read(), [{ index: 1, kind: 'text', offset: 0, text: 'I found ' }]);
});

test('a piece of the answer that shows nothing makes no new draft', () => {
  const draft = createDraft();
  assert.equal(draft.add(begin(0, { type: 'redacted_thinking', data: 'x' })), false);
  assert.equal(draft.add(end(0)), false);
  assert.equal(draft.add(text(3, 'of no block')), false);
  assert.deepEqual(draft.read(), []);
});
