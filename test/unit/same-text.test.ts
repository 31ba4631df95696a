/** What differs by nature between two runs, and what only looks like it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TextKind } from '../../local/model/natural-differences.ts';
import { comparable, createBindings, isSameText } from '../../local/model/same-text.ts';

const isSame = (recorded: string, now: string, place: TextKind = 'output') =>
  isSameText(recorded, now, place, createBindings());

const SAME: readonly (readonly [string, string])[] = [
  ['1ab2c3d Go on', '9f8e7d6 Go on'],
  ['commit 601ce5913464ab756ba8933ad0339d7f458f3ea1', 'commit cd6f078002eeb57233b09e5124d99239cfdd3eae'],
  ['1234567 Go on', '12a4567 Go on'],
  ['Factory-Key: 01a23154-9735-7f08-9f3a-721e6b49ff49/2', 'Factory-Key: 01a23154-9744-79d4-9a0e-4f11795add70/3'],
  ['Date:   Tue Dec 1 11:19:26 2026 +0000', 'Date:   Wed Dec 23 01:02:03 2026 +0100'],
  ['at 2026-12-01T11:19:26.123Z', 'at 2026-12-02T01:00:00Z'],
  ['  duration_ms: 7.199545', '  duration_ms: 12'],
  ['ok (0.05s)', 'ok (1.15s)'],
  ['Finished in 3 s', 'Finished in 14 s'],
  ['listening on http://localhost:4123/', 'listening on http://localhost:38001/'],
  ['(node:4711) Warning', '(node:815) Warning'],
  ['cat /tmp/tmp.Ab12Cd/x', 'cat /tmp/tmp.Zz99Yy/x'],
  ['Author: person-1 <person-1@example.com>', 'Author: Ann Lee <ann@shop.dev>'],
  ['ed186bf Add sales tax (#2)', 'cd6f078 Add sales tax (#1)'],
  ['{{factory.worktrees}}/_verify/vm/shop/1/a.js', '{{factory.worktrees}}/_verify/other/shop/3/a.js'],
];

test('texts that differ only by times, ids and paths count as the same', () => {
  for (const [recorded, now] of SAME) assert.ok(isSame(recorded, now), `${recorded} and ${now}`);
});

const OTHER: readonly (readonly [string, string])[] = [
  ['1000000 cents', '1000001 cents'],
  ['defaced', 'effaced'],
  ['index 1ab2c3d..2bc3d4e 100644', 'index 1ab2c3d..3cd4e5f 100644'],
  ['tree 1ab2c3d', 'tree 2bc3d4e'],
  ['main.1ab2c3d.js', 'main.2bc3d4e.js'],
  ['exit code 1', 'exit code 2'],
  ['timeout: 600 s', 'timeout: 700 s'],
  ['# pass 10', '# pass 9'],
  ['version 1.2.3', 'version 1.2.4'],
  ['1ab2c3d Go on', '9f8e7d6c Go on'],
  ['issue #2', 'issue #3'],
  ['+ lodash@4.17.21', '+ lodash@4.17.22'],
  ['uses: actions/checkout@v4.1.1', 'uses: actions/checkout@v4.2.0'],
  ['img/logo@2x.png', 'img/icon@2x.png'],
];

test('texts that only look as if they differed by a time or id do not count as the same', () => {
  for (const [recorded, now] of OTHER) assert.equal(isSame(recorded, now), false, `${recorded} and ${now}`);
});

test('one commit stands for one commit, however much of it is shown', () => {
  const [a, b] = ['601ce5913464ab756ba8933ad0339d7f458f3ea1', 'cd6f078002eeb57233b09e5124d99239cfdd3eae'];
  assert.ok(isSame(`${a} ${a.slice(0, 7)}`, `${b} ${b.slice(0, 7)}`));
  assert.equal(isSame(`${a} ${a.slice(0, 7)}`, `${b} 1ab2c3d`), false);
  assert.equal(isSame(`${a} ${b}`, `${b} ${b}`), false);
  assert.equal(isSameText(a, b, 'output', createBindings([a])), false, 'the base is the base');
});

test('the factory’s own words are compared to the letter, but for what checks printed', () => {
  assert.equal(isSame('a command 1.5 s', 'a command 2.5 s', 'said'), false);
  const printed = (text: string) => `Your commit is red:\n<check-output>\n${text}\n</check-output>\nMend it.`;
  assert.ok(isSame(printed('took 1.5 s'), printed('took 2.5 s'), 'said'));
  assert.equal(isSame(printed('1 failed'), printed('2 failed'), 'said'), false);
});

test('shown are the lines that differ, unless only a mix-up does', () => {
  assert.deepEqual(comparable('1ab2c3d a\n5.5 ms', '9f8e7d6 b\n7.5 ms', 'output'), {
    recorded: '<commit> a\n<duration>',
    now: '<commit> b\n<duration>',
  });
  assert.deepEqual(comparable('1ab2c3d', '9f8e7d6', 'output'), { recorded: '1ab2c3d', now: '9f8e7d6' });
});
