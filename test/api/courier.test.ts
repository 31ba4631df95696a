/** The delivery of messages says once of each that it cannot be delivered, however often it is tried, and when it was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, Connection, WorkflowUpdateFailedError } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { createCourier } from '../../api/courier.ts';
import { createDatabase } from '../support/database.ts';

/** It throws these at one update after the other. */
const failing = (...errors: readonly Error[]): Client => {
  const left = [...errors];
  const startUpdate = () => Promise.reject(left.shift());
  return new Client({
    // Port 9 (discard) refuses connections wherever tests run; nothing is sent.
    connection: Connection.lazy({ address: '127.0.0.1:9', connectTimeout: 500 }),
    interceptors: { workflow: [{ startUpdate }] },
  });
};

test('a refusal has the name of what was refused, or of what went wrong on the way', async () => {
  const database = await createDatabase();
  const failures = [
    [ApplicationFailure.nonRetryable('no disk', 'DiskFull'), 'DiskFull'],
    [ApplicationFailure.nonRetryable('closed', 'AcceptedUpdateCompletedWorkflow'), 'EpicEnded'],
    [new CancelledFailure('cancelled'), 'EpicEnded'],
    [ApplicationFailure.nonRetryable('of another version', 'NeverHeardOf'), 'Internal'],
    [new Error('no failure at all'), 'Internal'],
    [ApplicationFailure.nonRetryable('of an earlier version', 'NotAllowedNow'), 'NotAllowedNow'],
  ] as const;
  const beneath = (cause: Error) =>
    new WorkflowUpdateFailedError(
      'x',
      new ActivityFailure('Activity task failed', 'setBudget', '1', 'IN_PROGRESS', 'me', cause),
    );
  const courier = createCourier({
    ...{ db: database.db, temporal: failing(...failures.map(([cause]) => beneath(cause))), answerWithinMs: 500 },
    log: { error: () => {}, info: () => {} },
  });
  for (const [index, [cause, code]] of failures.entries()) {
    const message = { epicId: 'refusing', id: `${index}`, name: 'pause', input: {} };
    const outcome = await courier.send(message, { withinMs: 20_000, isKeyed: false });
    const words = code === 'Internal' && !('type' in cause) ? 'Activity task failed' : cause.message;
    assert.deepEqual(outcome, { kind: 'refused', code, message: words });
  }
  await courier.stop();
  await database.drop();
});

test('a message that cannot be delivered for a while is a line in the log, and one more when it ends', async () => {
  const database = await createDatabase();
  const timedOut = new Error('9 FAILED_PRECONDITION: unexpected workflow task time-out');
  const refused = new WorkflowUpdateFailedError('x', ApplicationFailure.nonRetryable('not now', 'TaskRunning'));
  const lines: string[] = [];
  const note = (...logged: unknown[]) => {
    lines.push(String(logged[1]));
  };
  const courier = createCourier({
    ...{ db: database.db, temporal: failing(timedOut, timedOut, refused), answerWithinMs: 500 },
    log: { error: note, info: note },
  });
  const outcome = await courier.send(
    { epicId: 'late', id: 'one', name: 'pause', input: {} },
    { withinMs: 20_000, isKeyed: false },
  );
  await courier.stop();
  await database.drop();
  assert.deepEqual(outcome, { kind: 'refused', code: 'TaskRunning', message: 'not now' });
  assert.deepEqual(lines, [
    'A message could not be delivered yet; it is sent until it can be',
    'The message is delivered now',
  ]);
});
