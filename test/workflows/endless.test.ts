/** Workflow code that does not end: the worker process notices, and the next one does its work around it. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { WorkflowHandle } from '@temporalio/client';
import { absolute } from '../../config/files.ts';
import { startTemporal, type TestTemporal } from '../support/temporal.ts';
import { waitFor } from '../support/wait-for.ts';
import { bundleTestWorkflows } from '../support/workflow-bundle.ts';

const patiently = { timeoutMs: 60_000 };
const started: ChildProcess[] = [];
let temporal: TestTemporal;
let bundle: string;

before(async () => {
  temporal = await startTemporal();
  bundle = (await bundleTestWorkflows('test/support/endless-workflows.ts')).codePath;
});
after(async () => {
  for (const child of started) child.kill('SIGKILL');
  await temporal.stop();
});

const stateFolder = () => mkdtemp(path.join(tmpdir(), 'endless-'));

/** As a person starts it: without what makes the threads of tests light. */
function startWorker(taskQueue: string, stateDir: string, diagnostics: '0' | '1') {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const file = absolute('test/support/endless-process.ts');
  const child = spawn(process.execPath, [file, temporal.address, bundle, taskQueue, stateDir, diagnostics], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  return { ended: once(child, 'close'), said: () => said, kill: () => child.kill('SIGKILL') };
}

const start = (taskQueue: string, type: string): Promise<WorkflowHandle> =>
  temporal.client.workflow.start(type, { workflowId: `${taskQueue}-${type}`, taskQueue });

const callStack = (handle: WorkflowHandle) =>
  handle.query<string>('__stack_trace').catch(({ message }: Error) => message);

test('one that does not end costs a worker process, and after that nobody but itself', {
  timeout: 60_000,
}, async () => {
  const stateDir = await stateFolder();
  const first = startWorker('endless', stateDir, '0');
  const patient = await start('endless', 'patientWorkflow');
  assert.match(await callStack(patient), /not enabled on this worker/);
  const endless = await start('endless', 'endlessWorkflow');
  const [code] = await first.ended;
  assert.equal(code, 1);
  assert.match(first.said(), /Workflow code has not ended for 1 s/);
  assert.doesNotMatch(first.said(), /promiseHooks/);

  const second = startWorker('endless', stateDir, '0');
  await patient.signal('tell');
  assert.equal(await patient.result(), 'told');
  assert.match(second.said(), /the SDK watches each call/);
  await waitFor(() => /Workflow task duration exceeded 5 seconds/.test(second.said()), patiently);
  await endless.terminate();
  second.kill();
  await second.ended;
});

test('asked for diagnostics, Temporal’s Web UI shows where a workflow waits', { timeout: 60_000 }, async () => {
  const worker = startWorker('shown', await stateFolder(), '1');
  const patient = await start('shown', 'patientWorkflow');
  assert.match(await callStack(patient), /patientWorkflow/);
  await patient.terminate();
  worker.kill();
  await worker.ended;
});
