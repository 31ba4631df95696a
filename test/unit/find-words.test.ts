/** One look at a text finds the same words as one look for each of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KINDS } from '../../activities/secrets/find-secrets.ts';
import { wordFinder } from '../../activities/secrets/find-words.ts';

test('whatever the words and the text, those are found that the text includes', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '_', '9'), minLength: 1, maxLength: 4 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '_', '9', 'A', 'é', '\u{1f600}', '\ud800'), maxLength: 40 });
  fc.assert(
    fc.property(fc.uniqueArray(word, { maxLength: 12 }), text, (words, text) => {
      assert.deepEqual([...wordFinder(words)(text)].toSorted(), words.filter((one) => text.includes(one)).toSorted());
    }),
    { numRuns: 1_000 },
  );
});

test('words are in ASCII, as those of all kinds are', () => {
  assert.throws(() => wordFinder(['é']), RangeError);
  for (const { kind, near, file } of KINDS) {
    assert.ok(near.length > 0 || file !== undefined, kind);
    for (const word of near) assert.ok(word !== '' && word === word.toLowerCase(), `${kind}: ${word}`);
  }
});
