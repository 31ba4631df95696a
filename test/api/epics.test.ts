/** Epics submitted, looked for and ended over HTTP, with an epic workflow of the test's own on a real Temporal server. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Client, WorkflowNotFoundError } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { HOSTS_QUEUE, MODEL_QUEUE } from '../../workflows/contract/task-queues.ts';
import { startAnsweringEpics } from '../support/answering-epics.ts';
import { createApi } from '../support/api.ts';
import { waitFor } from '../support/wait-for.ts';

const { database, temporal, api, activities, createWorker, workflow, heard, submit, started, stop } =
  await startAnsweringEpics();
const worker = await createWorker();
const running = worker.run();
after(async () => {
  worker.shutdown();
  await running;
  await stop();
});

test('an epic is accepted with a readable id, and its workflow has what was sent', async () => {
  const { status, body, headers } = await submit({ title: 'Größere Schrift & more!', priority: 2 });
  assert.equal(status, 202);
  assert.match(body.id, /^gro-ere-schrift-more-[0-9a-f]{6}$/);
  assert.equal(headers.location, `/epics/${body.id}`);
  assert.equal(body.created, true);
  const [[, input]] = (await heard(body.id)) as [[string, { title: string; priority: number; description: string }]];
  assert.deepEqual([input.title, input.priority, input.description], ['Größere Schrift & more!', 2, '']);
});

test('the same key is the same epic, also after it has ended', async () => {
  const first = await started('again');
  const second = await started('again');
  assert.deepEqual([first.body.id, first.body.created], ['again', true]);
  assert.deepEqual([second.status, second.body.id, second.body.created], [202, 'again', false]);
  await workflow('again').terminate();
  const third = await started('again');
  assert.deepEqual([third.body.id, third.body.created], ['again', false]);
});

test('a key that is no id, and a tracker issue, name one epic each', async () => {
  const key = { 'idempotency-key': 'Order #1 / Ünïcode' };
  const [first, second] = [await submit({ title: 'One' }, key), await submit({ title: 'One' }, key)];
  assert.equal(first.body.id, second.body.id);
  const other = await submit({ title: 'One' }, { 'idempotency-key': 'order #1 / ünïcode' });
  assert.notEqual(first.body.id, other.body.id);

  const source = { tracker: 'linear', id: 'ENG-42' };
  const issue = await submit({ title: 'From Linear', source });
  assert.equal(issue.body.id, 'linear-eng-42');
  const twice = await submit({ title: 'From Linear, edited', source }, { 'idempotency-key': 'something-else' });
  assert.deepEqual([twice.body.id, twice.body.created], ['linear-eng-42', false]);
});

test('a key that was sent with something else is refused, and the first stays', async () => {
  const key = { 'idempotency-key': 'reused' };
  await submit({ title: 'One', priority: 1 }, key);
  const same = await submit({ priority: 1, title: ' One ' }, key);
  assert.deepEqual([same.status, same.body.created], [202, false]);
  const other = await submit({ title: 'One', priority: 2 }, key);
  assert.deepEqual([other.status, other.body.error.code], [409, 'KeyReused']);
  assert.match(other.body.error.message, /which is reused; use a new key/);

  const tell = (comment: string) => api.ask('POST', '/epics/reused/pause', { by: 'ann', comment }, key);
  assert.equal((await tell('for lunch')).status, 200);
  assert.equal((await tell('for lunch')).status, 200);
  const changed = await tell('for good');
  assert.deepEqual([changed.status, changed.body.error.code], [409, 'KeyReused']);
  const pauses = (await heard('reused')).filter(([name]) => name === 'pause');
  assert.deepEqual(pauses, [['pause', { by: 'ann', comment: 'for lunch' }]]);
});

test('an epic without a row is starting while its workflow runs, and unknown otherwise', async () => {
  await started('bare');
  const starting = await api.ask('GET', '/epics/bare');
  assert.deepEqual([starting.status, starting.body.status], [202, 'starting']);
  await workflow('bare').terminate();
  const ended = await api.ask('GET', '/epics/bare');
  assert.equal(ended.status, 404);
  assert.match(ended.body.error.message, /ended \(terminated\) before it recorded anything/);
  const unknown = await api.ask('GET', '/epics/unknown');
  assert.deepEqual([unknown.status, unknown.body.error.code], [404, 'NotFound']);
});

test('cancel is Temporal’s cancellation, and the log has who asked', async () => {
  await started('stop');
  const { status } = await api.ask('POST', '/epics/stop/cancel', { by: 'ann', comment: 'not needed' });
  assert.equal(status, 202);
  await waitFor(async () => (await workflow('stop').describe()).status.name === 'CANCELLED');
  const log = await api.ask('GET', '/epics/stop/log');
  assert.deepEqual(
    log.body.map((entry: { actor: string; reason: string }) => [entry.actor, entry.reason]),
    [['ann', 'not needed']],
  );
});

test('a cancellation is logged with its sender before Temporal receives it', async () => {
  await started('half');
  const cancel = () => Promise.reject(new Error('the process ended'));
  const { connection, options } = temporal.client;
  const ending = new Client({ connection, namespace: options.namespace, interceptors: { workflow: [{ cancel }] } });
  const half = await createApi(database.db, ending);
  assert.equal((await half.ask('POST', '/epics/half/cancel', { by: 'ann' })).status, 500);
  await half.close();
  const { body } = await api.ask('GET', '/epics/half/log');
  assert.deepEqual(
    body.map((entry: { actor: string; decision: string }) => [entry.actor, entry.decision]),
    [['ann', 'cancel the epic']],
  );
  await workflow('half').terminate();
});

test('nothing exists of an epic whose input was refused', async () => {
  const { status } = await submit({ title: ' ' }, { 'idempotency-key': 'refused-input' });
  assert.equal(status, 400);
  await assert.rejects(workflow('refused-input').describe(), WorkflowNotFoundError);
});

test('health is ready once every queue is polled, and names the one that is not', async () => {
  const alone = await api.ask('GET', '/health');
  assert.deepEqual([alone.status, alone.body.ready], [503, false]);
  const { 'queue factory': factory, 'queue model': model } = alone.body.dependencies;
  assert.deepEqual(factory, { ok: true, message: 'polled by 1 worker process' });
  assert.deepEqual([model.ok, model.message], [false, 'no worker process polls the task queue "model"; start one']);

  const { connection } = temporal;
  const others = await Promise.all(
    [MODEL_QUEUE, HOSTS_QUEUE].map((taskQueue) => Worker.create({ connection, taskQueue, activities })),
  );
  const polling = Promise.all(others.map((other) => other.run()));
  await waitFor(async () => (await api.ask('GET', '/health')).status === 200);
  for (const other of others) other.shutdown();
  await polling;
});
