/** Waits of weeks, on Temporal's server that skips time. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { tasks } from './answers.ts';
import { openStage } from './stage.ts';

const stage = await openStage({}, { timeSkipping: true });
after(() => stage.close());

test('an approval can be given after sixty days, and what was answered stays answered', async () => {
  const handle = await stage.start('patient', {
    title: 'Patient',
    tasks: tasks({ only: [] }),
    requireApproval: ['merge'],
  });
  await stage.asked('patient', 'merge');
  await stage.sleep('60 days');
  await handle.signal('approve', { by: 'me' });
  await handle.result();
  const row = await stage.epicRow('patient');
  assert.equal(row?.state, 'COMPLETED');
});
