import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DiffFile } from '../../web/data/diffs.ts';
import {
  FILE_HEAD,
  fileAt,
  fileOffsets,
  isUnfolded,
  NO_FOLDS,
  ROW,
  rowsInView,
  startsUnfolded,
  toggled,
} from '../../web/parts/diff-layout.ts';

const file = (path: string, rest: Partial<DiffFile> = {}): DiffFile => ({
  path,
  previousPath: null,
  status: 'modified',
  additions: 10,
  deletions: 0,
  isBinary: false,
  isGenerated: false,
  ...rest,
});

test('a small diff begins unfolded but for generated files, a large one folded', () => {
  const lock = file('package-lock.json', { isGenerated: true, additions: 90_000 });
  const small = startsUnfolded([file('a'), lock]);
  assert.deepEqual([small(file('a')), small(lock)], [true, false]);
  assert.equal(startsUnfolded([file('a', { additions: 100_000 })])(file('a')), false);
  assert.equal(startsUnfolded(Array.from({ length: 101 }, (_, at) => file(`${at}`)))(file('1')), false);
});

test('what a person folds last is what counts', () => {
  const starts = () => false;
  const all = { all: true, single: new Map() };
  assert.equal(isUnfolded(NO_FOLDS, starts, file('a')), false);
  assert.equal(isUnfolded(all, starts, file('a')), true);
  assert.equal(isUnfolded(toggled(all, 'a', false), starts, file('a')), false);
  assert.equal(isUnfolded(toggled(all, 'a', false), starts, file('b')), true);
});

test('a height finds its file, and a view the rows in it', () => {
  const starts = fileOffsets([undefined, 100, 3]);
  const [, second = 0, third = 0] = starts;
  assert.deepEqual([fileAt(starts, -5), fileAt(starts, second), fileAt(starts, third - 1)], [0, 1, 1]);
  assert.deepEqual([fileAt(starts, third), fileAt(starts, 1e9)], [2, 2]);
  const body = second + FILE_HEAD;
  assert.deepEqual(rowsInView(second, 100, { top: body + 10 * ROW, bottom: body + 20 * ROW }), [10, 20]);
  assert.deepEqual(rowsInView(second, 100, { top: 0, bottom: body }), [0, 0]);
  assert.deepEqual(rowsInView(second, 100, { top: body, bottom: 1e9 }), [0, 100]);
});
