/** What no message may do to a run: end it where a replay would not, or stop it by a mistake that its handler makes. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Worker } from '@temporalio/worker';
import { INTERCEPTORS } from '../../worker/bundle.ts';
import { startTemporal } from '../support/temporal.ts';
import { bundleTestWorkflows } from '../support/workflow-bundle.ts';
import { failsWith } from './answers.ts';

const temporal = await startTemporal({ suggestContinueAsNewAt: 30 });
const workflowBundle = await bundleTestWorkflows('test/support/growing-workflows.ts', { interceptors: INTERCEPTORS });
const worker = await Worker.create({ connection: temporal.connection, taskQueue: 'growing', workflowBundle });
const running = worker.run();
after(async () => {
  worker.shutdown();
  await running;
  await temporal.stop();
});

test('a mistake of ours that a message meets is its sender’s, and the workflow goes on', async () => {
  const start = { taskQueue: 'growing', workflowId: 'mistaken' };
  const handle = await temporal.client.workflow.start('mistakenWorkflow', start);
  const update = (message: object) => handle.executeUpdate('err', { args: [message] });
  for (const where of ['check', 'handle', 'promise']) {
    await assert.rejects(
      update({ in: where, of: 'ours' }),
      failsWith(
        'Internal',
        where === 'check'
          ? /\(undefined is not a task\): nothing was changed.*then send it again;/
          : /\(undefined is not a task\): it may .*then send it again with another Idempotency-Key or, .* other words;/,
      ),
    );
    await assert.rejects(update({ in: where, of: 'failure' }), failsWith('GitFailed', /^a failure$/));
    if (where === 'check') continue;
    await handle.signal('err', { in: where, of: 'ours' });
    await handle.signal('err', { in: where, of: 'failure' });
  }
  await update({ in: 'nothing', of: 'ours' });
  const told = await handle.result();
  assert.equal(told.filter((line: string) => /^The update err met .*: undefined is/.test(line)).length, 2);
  assert.equal(told.filter((line: string) => /^The signal err met .*: undefined is/.test(line)).length, 2);
  assert.equal(told.filter((line: string) => /^The signal err met .*: a failure/.test(line)).length, 2);
});

test('a refused update, of which history tells nothing, never ends a run', async () => {
  const handle = await temporal.client.workflow.start('growingWorkflow', { taskQueue: 'growing', workflowId: 'long' });
  const runId = async () => (await handle.describe()).runId;
  const seen = new Set([await runId()]);
  // A signal makes 5 events, so after the fifth there are 29: the refused update would see 31.
  while (seen.size < 4) {
    await handle.signal('step');
    // The signal has had its workflow task, the update has one of its own.
    await handle.query('__temporal_workflow_metadata');
    await assert.rejects(handle.executeUpdate('wish'));
    seen.add(await runId());
  }
  await handle.terminate();
  assert.equal(await temporal.replayHistories({ workflowBundle }), seen.size + 1);
});
