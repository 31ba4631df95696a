/** The pause of the whole factory: which activities it holds, for as long as its row is there. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { doubtOf } from '../../activities/retries.ts';
import { pauseFactory, resumeFactory } from '../../db/writes/factory-pause.ts';
import { HELD_WHILE_PAUSED, holdWhilePaused } from '../../worker/hold-while-paused.ts';
import { createRecording } from '../support/recording.ts';

const { db, drop } = await createRecording();
after(drop);

const run = (activityType: string): Promise<unknown> =>
  new MockActivityEnvironment({ activityType }, { logger: new DefaultLogger('ERROR') }).run(async () =>
    holdWhilePaused(db)(Context.current()).inbound?.execute?.({ args: [], headers: {} }, async () => 'did it'),
  );

test('what must not begin is tried again while the row is there, and runs when it is gone', async () => {
  assert.equal(await run('takeTurn'), 'did it');
  assert.equal(await pauseFactory(db, { by: 'ann', comment: 'a leak' }), true);
  assert.equal(await pauseFactory(db, { by: 'bob' }), false, 'the first one stays');
  for (const name of HELD_WHILE_PAUSED) {
    await assert.rejects(run(name), (error: unknown) => {
      assert.ok(error instanceof ApplicationFailure);
      assert.deepEqual([error.type, error.nonRetryable], ['FactoryPaused', false]);
      assert.equal(error.message, 'the factory is paused by ann: a leak');
      // Without end: nobody is asked about it.
      assert.equal(doubtOf(error, name, 1), undefined);
      return true;
    });
  }
  for (const name of ['bash', 'checkpoint', 'recordEpic', 'receiveMessage', 'leaveHost', 'closePullRequest']) {
    assert.equal(await run(name), 'did it', name);
  }
  assert.equal(await resumeFactory(db, { by: 'bob' }), true);
  assert.equal(await resumeFactory(db, { by: 'bob' }), false);
  for (const name of HELD_WHILE_PAUSED) assert.equal(await run(name), 'did it');
});
