import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EditRefused, insertAfter, replaceOnce, viewText } from '../../activities/tools/edit-text.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '$', '😀'), maxLength: 30 });

test('a replacement changes the one place and nothing else, whatever is in it', () => {
  fc.assert(
    fc.property(text, text, text, (before, after, replacement) => {
      const edited = replaceOnce(`${before}<here>${after}`, '<here>', replacement);
      assert.equal(edited.text, `${before}${replacement}${after}`);
    }),
  );
});

test('what stands more than once, overlapping too, is refused', () => {
  assert.throws(() => replaceOnce('aaa', 'aa', 'b'), EditRefused);
  assert.throws(() => replaceOnce('a', '', 'b'), EditRefused);
  assert.throws(() => replaceOnce('a', 'a', 'a'), EditRefused);
});

test('an insertion adds its lines and keeps all others', () => {
  fc.assert(
    fc.property(text, fc.nat(30), (before, line) => {
      const lines = before.split('\n');
      if (lines.at(-1) === '') lines.pop();
      if (line > lines.length) return assert.throws(() => insertAfter(before, line, 'new'), EditRefused);
      const edited = insertAfter(before, line, 'new').text;
      const expected = lines.toSpliced(line, 0, 'new');
      assert.deepEqual(edited.endsWith('\n') ? edited.slice(0, -1).split('\n') : edited.split('\n'), expected);
      if (line < lines.length) assert.equal(edited.endsWith('\n'), before.endsWith('\n'));
    }),
  );
});

test('a view numbers lines; a range outside the file is refused', () => {
  assert.equal(viewText('a\nb\nc'), '     1\ta\n     2\tb\n     3\tc');
  assert.equal(viewText('a\nb\nc\n', [2, 2]), '     2\tb');
  assert.equal(viewText('a\nb\nc\n', [2, -1]), '     2\tb\n     3\tc');
  assert.equal(viewText('a\nb\nc\n', [3, 99]), '     3\tc');
  for (const range of [
    [0, 1],
    [4, 5],
    [2, 1],
  ] as const)
    assert.throws(() => viewText('a\nb\nc\n', range), EditRefused);
});
