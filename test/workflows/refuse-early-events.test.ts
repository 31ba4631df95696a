/** A query may bring events ahead of their workflow task; nothing may be made of them. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Worker } from '@temporalio/worker';
import { INTERCEPTORS } from '../../worker/bundle.ts';
import { startTemporal } from '../support/temporal.ts';
import { bundleTestWorkflows } from '../support/workflow-bundle.ts';

const temporal = await startTemporal();
after(() => temporal.stop());
const workflowBundle = await bundleTestWorkflows('test/support/asked-workflows.ts', { interceptors: INTERCEPTORS });

test('what was sent while a query waited for a worker process is done in its own workflow task', async () => {
  const { client, connection } = temporal;
  const taskQueue = 'asked';
  const create = () => Worker.create({ connection, taskQueue, workflowBundle });
  const started = Array.from({ length: 8 }, (_, index) =>
    client.workflow.start('askedWorkflow', { taskQueue, workflowId: `asked-${index}` }),
  );
  const handles = await Promise.all(started);
  const ask = () => Promise.allSettled(handles.map((handle) => handle.query('__temporal_workflow_metadata')));
  await (await create()).runUntil(ask);

  // Nobody is there: the queries wait in the server's memory, the signals in history.
  const asked = ask();
  await new Promise((resolve) => setTimeout(resolve, 500));
  for (const handle of handles) await handle.signal('step');
  const worker = await create();
  await worker.runUntil(async () => {
    const wishes = handles.map((handle) => handle.executeUpdate('wish'));
    await Promise.all(wishes);
    const answers = await asked;
    const refusals = answers.flatMap((answer) => (answer.status === 'rejected' ? [String(answer.reason)] : []));
    assert.notEqual(refusals.length, 0, 'no query met a message');
    for (const refusal of refusals) assert.match(refusal, /Ask again/);
    const again = await ask();
    assert.deepEqual(new Set(again.map(({ status }) => status)), new Set(['fulfilled']));
  });
  for (const handle of handles) await handle.terminate();
  assert.equal(await temporal.replayHistories({ workflowBundle }), handles.length);
});

test('a run that was terminated before the workflow task of a message had started answers no query', async () => {
  const { client, connection } = temporal;
  const taskQueue = 'ended';
  const handle = await client.workflow.start('askedWorkflow', { taskQueue, workflowId: 'ended' });
  const ask = () => handle.query('__temporal_workflow_metadata');
  const create = () => Worker.create({ connection, taskQueue, workflowBundle });
  await (await create()).runUntil(ask);
  await handle.signal('step');
  await handle.terminate();
  const { events } = await handle.fetchHistory();
  // By this the fault suite knows that it need not ask (invariants-projection.ts).
  assert.ok(events?.at(-2)?.workflowTaskScheduledEventAttributes);
  await (await create()).runUntil(async () => {
    for (let times = 0; times < 3; times += 1) await assert.rejects(ask(), /unless the run was terminated just then/);
  });
});
