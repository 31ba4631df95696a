/** What people read of a Worker that works again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { workWords } from '../../workflows/task/work-words.ts';

test('a round that follows a finding says which', () => {
  assert.equal(workWords({ kind: 'implement' }), 'works');
  assert.equal(workWords({ kind: 'conflict' }), 'settles a conflict');
  assert.equal(workWords({ kind: 'changes-requested' }), 'makes the changes that the review asked for');
});
