/** What is remembered of texts without secrets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createCleanTexts } from '../../activities/secrets/clean-texts.ts';
import { storedWithoutSecrets } from '../../activities/secrets/redact.ts';

test('the memory of clean texts knows only those added, always the newest, and at most twice its size', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 12 }), { maxLength: 80 }), (texts) => {
      const most = 50;
      const known = createCleanTexts(most);
      const told = new Set<string>();
      for (const text of texts) {
        if (!told.has(text)) assert.equal(known.has(text), false);
        known.add(text);
        told.add(text);
        assert.equal(known.has(text), text.length <= most / 4);
      }
      const kept = [...told].filter((text) => known.has(text));
      assert.ok(kept.reduce((sum, text) => sum + text.length, 0) <= 2 * most);
    }),
  );
});

test('a clean text that is looked up again and again is kept', () => {
  const known = createCleanTexts(40);
  known.add('often');
  for (let index = 0; index < 100; index += 1) {
    known.add(`text ${index}`);
    assert.ok(known.has('often'));
  }
  assert.equal(known.has('text 1'), false);
});

test('a secret is taken out each time, also of JSON', () => {
  const secret = `ghp_${'a1B2'.repeat(9)}`;
  for (const text of [`the token ${secret}`, JSON.stringify({ token: secret })]) {
    for (const _ of [1, 2, 3]) assert.ok(!storedWithoutSecrets(text).includes(secret));
  }
  const clean = 'nothing that looks like one in this text';
  for (const _ of [1, 2]) assert.equal(storedWithoutSecrets(clean), clean);
});
