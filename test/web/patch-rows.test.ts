import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PATCH_START, readPatch } from '../../web/parts/patch.ts';
import { createPatchRows, type Row, rowsOf, type Shape } from '../../web/parts/patch-rows.ts';
import { breakLine, visibleText } from '../../web/parts/visible-text.ts';

const SHAPE: Shape = { isSplit: false, columns: 8, wideColumns: 16, comments: { isBeside: false, columns: 20 } };
const PATCH = '@@ -1,3 +1,2 @@\n same\n-one\n-two, which is long\n+three\n';
const { lines } = readPatch(PATCH, PATCH_START, true);
const texts = (rows: readonly Row[]) => rows.map((row) => ('kind' in row ? row.text : row.map((part) => part?.text)));

test('inline, a long line goes on in the next row', () => {
  assert.deepEqual(texts(rowsOf(lines, SHAPE)), ['line 1', 'same', 'one', 'two, which is lo', 'ng', 'three']);
});

test('side by side, what was removed stands beside what was added', () => {
  assert.deepEqual(texts(rowsOf(lines, { ...SHAPE, isSplit: true })), [
    'line 1',
    ['same', 'same'],
    ['one', 'three'],
    ['two, whi', undefined],
    ['ch is lo', undefined],
    ['ng', undefined],
  ]);
});

test('rows that come piece by piece are those of the whole', () => {
  const read = createPatchRows();
  read([PATCH.slice(0, 30)], false, SHAPE);
  assert.deepEqual(read([PATCH.slice(0, 30), PATCH.slice(30)], true, SHAPE), rowsOf(lines, SHAPE));
  const split = { ...SHAPE, isSplit: true };
  assert.deepEqual(texts(read([PATCH], true, split)), texts(rowsOf(lines, split)));
  assert.equal(read([PATCH], true, split), read([PATCH], true, split), 'and are not made twice');
});

test('no part of a line is lost, and none is wider than asked for', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', 'b ', '漢', '\t', 'e\u0301', '🙂', '─'), { maxLength: 99 }),
      fc.integer({ min: 8, max: 80 }),
      (characters, columns) => {
        const text = characters.join('');
        const parts = breakLine(text, columns);
        assert.equal(parts.join(''), text);
        for (const part of parts) assert.ok([...part.replaceAll(/\p{M}/gu, '')].length <= columns);
      },
    ),
  );
});

test('what would act on a screen or hide on it is shown as a sign', () => {
  assert.equal(visibleText('a\u202eb\u001b[31m\u0007\tc\u200b\r'), 'a⟨U+202E⟩b␛[31m␇\tc⟨U+200B⟩␍');
  assert.equal(visibleText('<script>alert(1)</script> äöü 漢字'), '<script>alert(1)</script> äöü 漢字');
});
