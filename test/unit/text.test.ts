/** Text as PostgreSQL takes it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { storable, storableJson } from '../../db/text.ts';

const odd = fc.string({
  unit: fc.constantFrom('\0', '\ud83d', '\ude00', '\\', 'u0000', 'ud83d', '"', 'a', '\n', '😀'),
});

test('no NUL and no half of a pair is left, and nothing else is changed', () => {
  fc.assert(
    fc.property(odd, (text) => {
      const mended = storable(text);
      assert.ok(!mended.includes('\0') && mended.isWellFormed());
      assert.equal(mended.length, text.length);
      assert.equal(mended, [...text].map((sign) => (/[\0\ud800-\udfff]/u.test(sign) ? '\ufffd' : sign)).join(''));
    }),
  );
});

test('JSON comes back with each of its texts and keys mended', () => {
  fc.assert(
    fc.property(odd, odd, (key, text) => {
      const value = { [key]: [text, 1, null, { deep: text }] };
      const mended = { [storable(key)]: [storable(text), 1, null, { deep: storable(text) }] };
      assert.deepEqual(JSON.parse(storableJson(value)), mended);
    }),
  );
});
