/** Admission and the fixed rules of escalation. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admit, enqueue, release, type SupervisorData, settle } from '../../workflows/supervisor/state.ts';

test('the limit holds, priority first, then the order of asking; no priority comes last', () => {
  const data: SupervisorData = { admitted: ['running'], waiting: [] };
  for (const [epicId, priority] of [
    ['none', 0],
    ['low', 4],
    ['first', 1],
    ['second', 1],
  ] as const) {
    enqueue(data, { epicId, priority });
  }
  assert.deepEqual(admit(data, 3), ['first', 'second']);
  assert.deepEqual(admit(data, 3), []);
  release(data, 'running');
  assert.deepEqual(admit(data, 3), ['low']);
  release(data, 'first');
  release(data, 'second');
  assert.deepEqual(admit(data, 3), ['none']);
});

test('asking again neither takes a second place nor a second slot', () => {
  const data: SupervisorData = { admitted: [], waiting: [] };
  enqueue(data, { epicId: 'a', priority: 0 });
  assert.equal(enqueue(data, { epicId: 'a', priority: 0 }), false);
  assert.deepEqual(admit(data, 5), ['a']);
  assert.equal(enqueue(data, { epicId: 'a', priority: 0 }), true, 'it is told again');
  assert.deepEqual(admit(data, 5), []);
});

test('what passes by itself is tried again twice, everything else is a person’s', () => {
  const escalation = { escalationId: 'e', epicId: 'x', message: 'gone', retries: 0 };
  assert.equal(settle({ ...escalation, failure: 'HostLost' }).action, 'retry');
  assert.equal(settle({ ...escalation, failure: 'HostLost', retries: 2 }).action, 'ask_human');
  const { action, reason } = settle({ ...escalation, failure: 'TaskFailed' });
  assert.equal(action, 'ask_human');
  assert.doesNotMatch(reason, /gone/, 'the failure says what happened');
});
