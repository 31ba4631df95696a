/** A task of an epic as the epic sees it: no order of events takes it where it cannot be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TaskInput } from '../../workflows/contract/plan.ts';
import type { TaskState } from '../../workflows/contract/states.ts';
import { newTask, type TaskEntry } from '../../workflows/epic/state.ts';
import * as state from '../../workflows/epic/task-state.ts';
import type { TaskData } from '../../workflows/task/state.ts';

const rewind = { rewindId: 'r', transcript: 't', turn: 3, by: 'ada' };
const hold = { kind: 'slot', reason: 'all slots are taken', since: '2030-01-01T00:00:00.000Z' } as const;
const parked = { rewinds: [] as readonly string[] } as TaskData;

/** Each event with the states in which it may come. */
const EVENTS: Record<string, readonly [states: readonly TaskState[], change: (entry: TaskEntry) => void]> = {
  holdBack: [['PENDING', 'BLOCKED'], (entry) => state.holdBack(entry, false, hold)],
  block: [['PENDING', 'BLOCKED'], (entry) => state.holdBack(entry, true, hold)],
  launch: [['PENDING', 'BLOCKED'], state.launch],
  park: [['ASSIGNED'], (entry) => state.park(entry, parked)],
  askToCancel: [['ASSIGNED'], state.askToCancel],
  stop: [['ASSIGNED'], (entry) => state.stop(entry, { rewind, failure: { type: 'BaseRewritten', message: 'gone' } })],
  escalate: [
    ['ASSIGNED'],
    (entry) => state.escalateFailure(entry, { id: 'e-1' }, { type: 'TaskFailed', message: 'red' }),
  ],
  merge: [['ASSIGNED'], (entry) => state.complete(entry, { pullRequest: 1, mergedSha: 'm', summary: 'done' })],
  findNothing: [['ASSIGNED'], (entry) => state.complete(entry, { nothingToDo: 'it is there' })],
  fail: [['ASSIGNED'], (entry) => state.fail(entry, 'red')],
  cancel: [['PENDING', 'BLOCKED', 'ASSIGNED', 'FAILED', 'CANCELLED'], (entry) => state.cancel(entry, 'ada')],
  skip: [['PENDING', 'BLOCKED', 'ASSIGNED', 'FAILED', 'CANCELLED'], state.skip],
  retry: [['PENDING', 'BLOCKED', 'ASSIGNED', 'FAILED', 'CANCELLED'], (entry) => state.retry(entry, { rewind })],
};

const MAY_COME_ALWAYS: Record<string, (entry: TaskEntry) => void> = {
  unpark: state.unpark,
  takeCancellation: state.takeCancellation,
  endLife: state.endLife,
  hear: (entry) => state.noteHeard(entry, ['comment-1', 'comment-1']),
  leave: (entry) => state.leave(entry, { ended: 'red', tried: [], allowed: [] }),
  settle: (entry) => state.noteSettlement([entry], { escalationId: 'e-1', action: 'ask_human', reason: 'it lasts' }),
};

/** What is true of every task, whatever has happened. */
function check(entry: TaskEntry): void {
  const isRunning = entry.state === 'ASSIGNED';
  const isWaiting = entry.state === 'PENDING' || entry.state === 'BLOCKED';
  if (isRunning) assert.ok(entry.hasBegun, 'what runs has begun');
  if (isWaiting) assert.ok(!entry.hasBegun, 'what waits has not');
  if (isWaiting) assert.deepEqual([entry.failure, entry.isStopped, entry.parked], [undefined, undefined, undefined]);
  if (entry.skipped) assert.equal(entry.state, 'CANCELLED');
  if (entry.mergedSha !== undefined) assert.equal(entry.state, 'COMPLETED');
  if (entry.isStopped === true) assert.ok(isRunning, 'only what runs is stopped');
  if (entry.parked !== undefined) assert.ok(isRunning || entry.state === 'CANCELLED', 'only what ran is parked');
  assert.equal(new Set(entry.heard).size, entry.heard?.length ?? 0);
}

const fresh = (): TaskEntry => newTask(TaskInput.parse({ key: 'api', title: 'The API' }));

test('an event that the state of a task rules out is refused and changes nothing; every other keeps it sound', () => {
  const events = fc.array(fc.constantFrom(...Object.keys(EVENTS), ...Object.keys(MAY_COME_ALWAYS)), { maxLength: 40 });
  fc.assert(
    fc.property(events, (names) => {
      const entry = fresh();
      for (const name of names) {
        const before = structuredClone(entry);
        const [states, change] = EVENTS[name] ?? [undefined, MAY_COME_ALWAYS[name] as (entry: TaskEntry) => void];
        if (states !== undefined && !states.includes(entry.state)) {
          assert.throws(() => change(entry), /cannot change/, `${name} in ${entry.state}`);
          assert.deepEqual(entry, before);
        } else change(entry);
        check(entry);
      }
    }),
    { numRuns: 500 },
  );
});

test('what is merged stays merged', () => {
  const entry = fresh();
  state.launch(entry);
  state.complete(entry, { pullRequest: 1, mergedSha: 'm' });
  for (const [name, [, change]] of Object.entries(EVENTS)) assert.throws(() => change(entry), /cannot change/, name);
  assert.equal(entry.mergedSha, 'm');
});

test('a retry begins another life and forgets what was decided about the one before', () => {
  const entry = fresh();
  state.launch(entry);
  state.escalateFailure(entry, { id: 'e-1' }, { type: 'TaskFailed', message: 'red' });
  state.fail(entry, 'it does not pass by itself');
  state.retry(entry, { feedback: 'use the cache' });
  const { state: now, life, failure, feedback, retries } = entry;
  assert.deepEqual([now, life, failure, feedback, retries], ['PENDING', 2, undefined, 'use the cache', 0]);
  state.launch(entry);
  state.retry(entry, { retries: 2 });
  assert.deepEqual([entry.life, entry.feedback, entry.retries], [3, undefined, 2]);
});

test('a rewind that is asked for while a parked task starts is recognised as later', () => {
  const entry = fresh();
  state.launch(entry);
  state.park(entry, { rewinds: [] as readonly string[] } as TaskData);
  assert.equal(state.rewoundSince(entry, entry.parked?.rewind), undefined);
  const before = entry.parked?.rewind;
  state.rewindLater(entry, rewind);
  assert.deepEqual(state.rewoundSince(entry, before), rewind);
  assert.equal(state.rewoundSince(entry, entry.parked?.rewind), undefined, 'it starts with that');
});

test('a task that waits keeps since when, as long as the reason is the same', () => {
  const entry = fresh();
  state.holdBack(entry, false, hold);
  state.holdBack(entry, true, { ...hold, since: '2031-01-01T00:00:00.000Z' });
  assert.deepEqual([entry.state, entry.hold], ['BLOCKED', hold]);
  state.holdBack(entry, false, { ...hold, reason: 'waits for db' });
  assert.equal(entry.hold?.reason, 'waits for db');
});

test('a rewritten base that stopped a task is no failure of the task once a person cancels it', () => {
  const entry = fresh();
  state.launch(entry);
  state.stop(entry, { rewind: undefined, failure: { type: 'BaseRewritten', message: 'gone' } });
  state.cancel(entry, 'ada');
  assert.deepEqual([state.failureOf(entry), entry.failure?.type], [undefined, 'BaseRewritten']);
  state.retry(entry, {});
  state.launch(entry);
  state.escalateFailure(entry, { id: 'e-1' }, { type: 'TaskFailed', message: 'red' });
  state.fail(entry);
  assert.equal(state.failureOf(entry)?.message, 'red');
});
