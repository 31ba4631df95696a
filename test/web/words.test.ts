import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockTime } from '../../api/client/clock-time.ts';
import { isUnapplied } from '../../web/data/notices.ts';
import { nothing } from '../../web/parts/empty-states.ts';
import { count, staleWords } from '../../web/parts/format.ts';
import { standingWords } from '../../web/parts/standing.ts';

test('a count says its noun in the right number, and groups its digits', () => {
  assert.deepEqual(
    [
      count(0, 'task'),
      count(1, 'task'),
      count(999, 'task'),
      count(1_000, 'task'),
      count(1_234_567, 'entry', 'entries'),
    ],
    ['0 tasks', '1 task', '999 tasks', '1,000 tasks', '1,234,567 entries'],
  );
});

test('small numbers, of which a list has hundreds, need no format of the browser', (t) => {
  const format = t.mock.method(Intl.NumberFormat.prototype, 'formatToParts');
  const formatted = t.mock.getter(Intl.NumberFormat.prototype, 'format');
  for (let number = 0; number < 1_000; number += 1) count(number, 'task');
  assert.equal(format.mock.callCount() + formatted.mock.callCount(), 0);
  count(1_000, 'task');
  assert.equal(formatted.mock.callCount(), 1);
});

type Standing = Parameters<typeof standingWords>[0][number];
const epic = (rest: Partial<Standing> = {}): Standing => ({
  ...{ tasks: {}, costUsd: 0, paused: false, state: 'IN_PROGRESS', hold: null, ...rest },
});
const held = (kind: NonNullable<Standing['hold']>['kind']): Partial<Standing> => ({
  hold: { kind, reason: 'waits', since: '2026-03-01T12:00:00Z' },
});

test('how all epics stand is one sentence, which leaves out what there is none of', () => {
  assert.equal(standingWords([]), undefined);
  assert.equal(standingWords([epic()]), '1 epic is at work: $0.00 spent.');
  const some = [
    epic({ tasks: { COMPLETED: 2, FAILED: 1, PENDING: 3 }, costUsd: 0.4 }),
    epic({ tasks: { COMPLETED: 1 }, costUsd: 1 }),
  ];
  assert.equal(standingWords(some), '2 epics are at work: 3 of 7 tasks done, 1 failed, $1.40 spent.');
});

test('an epic that waits is open, not at work', () => {
  const many = [
    ...Array.from({ length: 5 }, () => epic()),
    ...Array.from({ length: 12 }, () => epic({ state: 'PLANNING', ...held('admission') })),
    ...[epic(held('person')), epic(held('budget')), epic({ state: 'BLOCKED' })],
  ];
  assert.equal(
    standingWords(many),
    '20 epics are open: 5 at work, 12 wait for admission, 3 for a person; $0.00 spent.',
  );
  assert.equal(standingWords([epic(held('person'))]), '1 epic is open: 1 waits for a person; $0.00 spent.');
  assert.equal(
    standingWords([epic(held('quota')), epic({ paused: true }), epic(held('pause'))]),
    '3 epics are open: 1 waits for something else, 2 are paused; $0.00 spent.',
  );
});

test('what has ended is not said to come yet, and what has not is', () => {
  const all = ['plan', 'plan in a list', 'repository', 'change', 'call', 'decision', 'agent', 'check'] as const;
  for (const what of all) {
    assert.match(nothing(what, false), /\byet\b/, what);
    assert.doesNotMatch(nothing(what, true), /\byet\b|as soon as|once the/, what);
  }
});

test('a time says its day where that is not today', () => {
  const now = new Date(2026, 2, 2, 9, 30);
  const [today, yesterday] = [new Date(2026, 2, 2, 8, 15), new Date(2026, 2, 1, 8, 15)];
  assert.equal(clockTime(today, now), today.toLocaleTimeString());
  assert.equal(clockTime(yesterday, now), yesterday.toLocaleString());
  assert.match(clockTime(yesterday, now), /2026/);
  const stale = (at: Date) => staleWords('the epic', at.getTime(), now.getTime());
  assert.ok(stale(yesterday).endsWith(`this is as of ${yesterday.toLocaleString()}`));
  assert.ok(stale(today).endsWith(`this is as of ${today.toLocaleTimeString()}`));
  assert.equal(staleWords('the epic', 0, now.getTime()), 'Cannot read the epic');
});

test('a message waits as long as its epic names it among those that are not applied', () => {
  const sent = { epicId: 'shop', name: 'cancelTask', by: 'ann', taskKey: 'api' };
  const stored = { name: 'cancelTask', by: 'ann', taskKey: 'api' };
  assert.ok(isUnapplied([stored], sent));
  const others = [{ name: 'retryTask' }, { by: 'ben' }, { taskKey: 'ui' }, { taskKey: null }];
  for (const other of others) assert.ok(!isUnapplied([{ ...stored, ...other }], sent), JSON.stringify(other));
  const { taskKey: _, ...ofEpic } = sent;
  assert.ok(isUnapplied([{ ...stored, taskKey: null }], ofEpic));
});
