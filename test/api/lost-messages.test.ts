/** Messages that no worker process has accepted outlive Temporal's memory and the API process. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { freePort } from '../../local/stack/ports.ts';
import { temporalCommand } from '../../local/stack/temporal.ts';
import { FACTORY_QUEUE } from '../../workflows/contract/task-queues.ts';
import { createApi } from '../support/api.ts';
import { required } from '../support/environment.ts';
import { createRecording } from '../support/recording.ts';
import { epicView } from '../support/views.ts';
import '../support/temporal.ts';
import { waitFor } from '../support/wait-for.ts';
import { bundleTestWorkflows } from '../support/workflow-bundle.ts';

const folder = mkdtempSync(join(tmpdir(), 'lost-messages-'));

const database = await createRecording();
let server: ChildProcess;
let connection: Connection;
let temporal: Client;
const port = await freePort();
const uiPort = await freePort();
before(async () => {
  await startServer();
});
after(async () => {
  await kill(server);
  await connection.close();
  await database.drop();
});

async function startServer(): Promise<void> {
  const cli = required('FACTORY_TEMPORAL_CLI');
  const { file, args, env, cwd } = temporalCommand({ cli, folder, port, uiPort, namespace: 'default' });
  server = spawn(file, args, { env, cwd, stdio: 'ignore' });
  connection = await waitFor(
    () => Connection.connect({ address: `127.0.0.1:${port}`, connectTimeout: 500 }).catch(() => false as const),
    { what: 'Temporal to answer' },
  );
  temporal = new Client({ connection });
}

function kill(child: ChildProcess): Promise<unknown> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  return ended;
}

test('messages sent while nobody was there are applied once and in order after Temporal was killed', async () => {
  const first = await createApi(database.db, temporal, { answerWithinMs: 300 });
  await first.ask('POST', '/epics', { title: 'Kept' }, { 'idempotency-key': 'kept' });
  await database.execution('epic-kept', 'run').epic(epicView('kept', 1));
  for (const path of ['pause', 'resume']) {
    const pending = await first.ask('POST', `/epics/kept/${path}`, { by: 'ann' });
    assert.deepEqual([pending.status, pending.body.status], [202, 'pending'], path);
  }
  const { body: waiting } = await first.ask('GET', '/epics/kept');
  assert.deepEqual(
    waiting.unapplied.map(({ name, by }: { name: string; by: string }) => [name, by]),
    [
      ['pause', 'ann'],
      ['resume', 'ann'],
    ],
  );
  await first.close();
  await kill(server);
  await connection.close();

  await startServer();
  const native = await NativeConnection.connect({ address: `127.0.0.1:${port}` });
  const workflowBundle = await bundleTestWorkflows('test/support/answering-workflows.ts');
  const worker = await Worker.create({ connection: native, taskQueue: FACTORY_QUEUE, workflowBundle });
  const running = worker.run();
  const second = await createApi(database.db, temporal);
  try {
    // A later message is applied after them.
    const third = await second.ask('PUT', '/epics/kept/budget', { capUsd: 5, by: 'ben' });
    assert.equal(third.status, 200, JSON.stringify(third.body));
    const heard = await temporal.workflow.getHandle('epic-kept').query<[string, unknown][]>('heard');
    assert.deepEqual(
      heard.map(([name]) => name),
      ['input', 'pause', 'resume', 'raiseBudget'],
    );
    assert.deepEqual((await second.ask('GET', '/epics/kept')).body.unapplied, []);
  } finally {
    await second.close();
    worker.shutdown();
    await running;
    await native.close();
  }
});
