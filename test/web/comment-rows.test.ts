import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ShownRow, withComments } from '../../web/parts/comment-rows.ts';
import type { DiffComment } from '../../web/parts/diff-comments.ts';
import { shapeOf } from '../../web/parts/diff-layout.ts';
import { PATCH_START, readPatch } from '../../web/parts/patch.ts';
import { rowsOf, type Shape } from '../../web/parts/patch-rows.ts';
import { wrapText } from '../../web/parts/wrap-text.ts';

const SHAPE: Shape = { isSplit: false, columns: 8, wideColumns: 16, comments: { isBeside: false, columns: 20 } };
const SPLIT: Shape = { ...SHAPE, isSplit: true };
/** Lines 1 to 3 and 40 of what is; the second is too long for a row. */
const PATCH = '@@ -1,3 +1,3 @@\n same\n-old\n+new, and it is long\n after\n@@ -40 +40 @@\n-x\n+y\n';
const { lines } = readPatch(PATCH, PATCH_START, true);

const comment = (line: number | null, body = `on ${line}`, id = String(line)): DiffComment => ({
  ...{ id, path: 'a.ts', line, body, agentId: 'shop.first.review.1', submission: 1, verdict: 'request_changes' },
});
const show = (row: ShownRow): string => {
  if ('comment' in row)
    return row.text === undefined ? `# ${row.comment.id}${row.isAway ? ' away' : ''}` : `> ${row.text}`;
  return 'kind' in row ? row.text : row.map((part) => part?.text ?? '').join(' | ');
};
const shown = (shape: Shape, comments: readonly DiffComment[], isWhole = true) =>
  withComments(rowsOf(lines, shape), comments, shape.comments.columns, isWhole);

test('a comment stands under the last row of its line', () => {
  assert.deepEqual(shown(SHAPE, [comment(2), comment(40)]).rows.map(show), [
    ...['line 1', 'same', 'old', 'new, and it is l', 'ong', '# 2', '> on 2', 'after'],
    ...['line 40', 'x', 'y', '# 40', '> on 40'],
  ]);
});

test('side by side it stands under both halves of its line', () => {
  const { rows, starts } = shown(SPLIT, [comment(2), comment(3)]);
  assert.deepEqual(rows.map(show).slice(1, 9), [
    ...['same | same', 'old | new, and', ' |  it is l', ' | ong', '# 2', '> on 2', 'after | after', '# 3'],
  ]);
  assert.deepEqual(
    [...starts],
    [
      ['2', 5],
      ['3', 8],
    ],
  );
});

test('without a line, or with one that is not in the patch, it stands above all rows', () => {
  const { rows, starts, isPending } = shown(SHAPE, [comment(null), comment(7)]);
  assert.deepEqual(rows.map(show).slice(0, 5), ['# null', '> on null', '# 7 away', '> on 7', 'line 1']);
  assert.deepEqual([starts.get('7'), isPending], [2, false]);
});

test('one whose line may still come is held back until the patch is read that far', () => {
  const later = shown(SHAPE, [comment(41), comment(7)], false);
  assert.deepEqual([later.isPending, later.starts.has('41'), later.starts.get('7')], [true, false, 0]);
  const whole = shown(SHAPE, [comment(41)]);
  assert.deepEqual([whole.isPending, whole.starts.get('41')], [false, 0]);
});

test('without comments the rows are the very same, and with them none is lost', () => {
  const rows = rowsOf(lines, SHAPE);
  assert.equal(withComments(rows, [], 20, true).rows, rows);
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.integer({ min: 1, max: 50 })), { maxLength: 20 }),
      fc.boolean(),
      (wanted, isSplit) => {
        const comments = wanted.map((line, index) => comment(line, 'a\n\nb', String(index)));
        const all = shown(isSplit ? SPLIT : SHAPE, comments);
        const code = all.rows.filter((row) => !('comment' in row));
        assert.deepEqual(code, rowsOf(lines, isSplit ? SPLIT : SHAPE));
        assert.equal(all.rows.length, code.length + comments.length * 4);
        for (const [id, row] of all.starts) assert.equal(show(all.rows[row] as ShownRow).split(' ')[1], id);
      },
    ),
  );
});

test('prose is broken between words, and nothing in it acts or hides', () => {
  assert.deepEqual(wrapText('It rounds twice, and so loses a cent.\r\n\n  - indented\n\n', 20), [
    ...['It rounds twice, and', 'so loses a cent.', '', '  - indented'],
  ]);
  assert.deepEqual(wrapText('averyveryverylongword is long', 10), ['averyveryv', 'erylongwor', 'd is long']);
  assert.deepEqual(wrapText('a\u202Eb\u001B[31m<script>', 40), ['a⟨U+202E⟩b␛[31m<script>']);
});

test('no word of it is lost, none of its rows is too wide, and a long one takes no long time', () => {
  const words = fc.array(fc.constantFrom('a', 'word', '漢字', 'e\u0301', 'averylongwordindeed', '🙂'), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(words, fc.integer({ min: 8, max: 40 }), (some, columns) => {
      const rows = wrapText(some.join(' '), columns);
      assert.equal(rows.join('').replaceAll(/\s/g, ''), some.join(''));
      for (const row of rows) assert.ok([...row.replaceAll(/\p{M}/gu, '')].length <= columns);
    }),
  );
  const began = performance.now();
  assert.ok(wrapText('word '.repeat(200_000), 80).length > 10_000);
  assert.ok(wrapText('\u0301'.repeat(500_000), 80).length > 0);
  assert.ok(performance.now() - began < 5_000);
});

test('comments stand in half of the page where there is room for prose', () => {
  assert.deepEqual(shapeOf(1_200, true).comments, { isBeside: true, columns: 78 });
  assert.equal(shapeOf(390, true).comments.isBeside, false);
  assert.equal(shapeOf(3_000, false).comments.columns, 100);
});
