/** The delivery of messages says once of each that it cannot be delivered, however often it is tried, and when it was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, Connection, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
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
