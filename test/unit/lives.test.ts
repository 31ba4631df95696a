/** A task leaves its next life the reason why it ended, and an approval only where that still holds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { FormerLife } from '../../workflows/contract/task.ts';
import { leftBehind } from '../../workflows/task/lives.ts';

const change = { headSha: 'a'.repeat(40), treeSha: 'b'.repeat(40), summary: 'done' };
const known: FormerLife = { ended: 'no base', tried: ['attempt 1'], approved: change, allowed: ['x'] };

test('a life that failed leaves what it says itself', () => {
  const former = { ended: 'red', tried: [], allowed: [] };
  const failure = ApplicationFailure.create({ type: 'TaskFailed', message: 'red', details: [{ former }] });
  assert.deepEqual(leftBehind(failure, known), former);
});

test('a life that was ended from outside leaves what was tried, and no approval of an older change', () => {
  const { approved: _, ...rest } = known;
  assert.deepEqual(leftBehind(new CancelledFailure('cancelled'), known), rest);
  assert.equal(leftBehind(new CancelledFailure('cancelled'), undefined), undefined);
});
