/** The development server as the factory sets it up: short timers are short. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startTemporal } from '../support/temporal.ts';
import { waitFor } from '../support/wait-for.ts';

const temporal = await startTemporal();
after(() => temporal.stop());

test('a timer of a moment takes no second', async () => {
  const began = performance.now();
  for (let n = 0; n < 8; n += 1) {
    const options = { workflowId: `delayed-${n}`, taskQueue: 'nobody', startDelay: 10 };
    const handle = await temporal.client.workflow.start('any', options);
    const isDue = async () => (await handle.describe()).raw.pendingWorkflowTask;
    await waitFor(isDue, { intervalMs: 10, what: 'the first workflow task' });
  }
  const seconds = (performance.now() - began) / 1_000;
  // Without the setting each takes a second at least.
  assert.ok(seconds < 6, `8 timers took ${seconds} s`);
});
