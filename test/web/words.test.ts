import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count } from '../../web/parts/format.ts';
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

test('how all epics stand is one sentence, which leaves out what there is none of', () => {
  const epic = (tasks: Record<string, number>, costUsd: number, paused = false) => ({ tasks, costUsd, paused });
  assert.equal(standingWords([]), undefined);
  assert.equal(standingWords([epic({}, 0)]), '1 epic is at work: $0.00 spent.');
  assert.equal(
    standingWords([epic({ COMPLETED: 2, FAILED: 1, PENDING: 3 }, 0.4), epic({ COMPLETED: 1 }, 1, true)]),
    '2 epics are at work: 3 of 7 tasks done, 1 failed, $1.40 spent; 1 is paused.',
  );
});
