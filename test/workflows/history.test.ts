/** The length of a history decides where a run ends, and a replay must find the same end. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Worker } from '@temporalio/worker';
import { INTERCEPTORS } from '../../worker/bundle.ts';
import { startTemporal } from '../support/temporal.ts';
import { bundleTestWorkflows } from '../support/workflow-bundle.ts';

const temporal = await startTemporal({ suggestContinueAsNewAt: 30 });
const workflowBundle = await bundleTestWorkflows('test/support/growing-workflows.ts', { interceptors: INTERCEPTORS });
const worker = await Worker.create({ connection: temporal.connection, taskQueue: 'growing', workflowBundle });
const running = worker.run();
after(async () => {
  worker.shutdown();
  await running;
  await temporal.stop();
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
  assert.equal(await temporal.replayHistories({ workflowBundle }), seen.size);
});
