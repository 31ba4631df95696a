/** Epics submitted, told and ended over HTTP, with an epic workflow of the test's own on a real Temporal server. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { WorkflowNotFoundError } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { writeCap } from '../../db/writes/budgets.ts';
import { writeEpic } from '../../db/writes/epics.ts';
import { writeHumanRequests } from '../../db/writes/requests.ts';
import { FACTORY_QUEUE, HOSTS_QUEUE, MODEL_QUEUE } from '../../workflows/contract/task-queues.ts';
import { createApi, type TestApi } from '../support/api.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { startTemporal, type TestTemporal } from '../support/temporal.ts';
import { epicView, humanRequest } from '../support/views.ts';
import { waitFor } from '../support/wait-for.ts';
import { bundleTestWorkflows } from '../support/workflow-bundle.ts';

let database: TestDatabase;
let temporal: TestTemporal;
let api: TestApi;
let worker: Worker;
let running: Promise<void>;
before(async () => {
  [database, temporal] = await Promise.all([createDatabase(), startTemporal()]);
  worker = await createWorker();
  running = worker.run();
  api = await createApi(database.db, temporal.client);
});
after(async () => {
  worker.shutdown();
  await running;
  await api.close();
  await Promise.all([temporal.stop(), database.drop()]);
});

const activities = { async nothing() {} };
const createWorker = async () =>
  Worker.create({
    ...{ connection: temporal.connection, taskQueue: FACTORY_QUEUE, activities },
    workflowBundle: await bundleTestWorkflows('test/support/answering-workflows.ts'),
    // As the product's: what a stopped worker had in its cache goes to the next one after this.
    stickyQueueScheduleToStartTimeout: '1 second',
  });

const workflow = (epicId: string) => temporal.client.workflow.getHandle(`epic-${epicId}`);
const heard = (epicId: string) => workflow(epicId).query<[string, unknown][]>('heard');
const submit = (body: object, headers: Record<string, string> = {}) => api.ask('POST', '/epics', body, headers);
const started = (id: string) => submit({ title: 'An epic' }, { 'idempotency-key': id });
const refusals = (epicId: string) =>
  database.db
    .selectFrom('decision_log')
    .select(['actor', 'decision', 'reason', 'task_key'])
    .where('epic_id', '=', epicId)
    .execute();

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

test('each message reaches the epic as its update', async () => {
  await started('talk');
  const task = { key: 'docs', title: 'Write docs' };
  const calls = [
    await api.ask('POST', '/epics/talk/pause', { by: 'ann' }),
    await api.ask('POST', '/epics/talk/resume'),
    await api.ask('PUT', '/epics/talk/budget', { capUsd: 12.5, by: 'ann' }),
    await api.ask('POST', '/epics/talk/tasks', { task }),
    await api.ask('PUT', '/epics/talk/plan', { revision: 2, tasks: [task], by: 'ann', comment: 'Docs too' }),
    await api.ask('POST', '/tasks/talk.failed/retry', { by: 'ann', comment: 'once more' }),
    await api.ask('POST', '/tasks/talk.failed/skip'),
    await api.ask('POST', '/tasks/talk.failed/cancel'),
    await api.ask('POST', '/epics/talk/interrupt', { by: 'ann' }),
    await api.ask('POST', '/tasks/talk.failed/interrupt', { comment: 'not like this' }),
    await api.ask('POST', '/epics/talk/respond', { requestId: 'open-1', decision: 'approve', by: 'ann' }),
  ];
  assert.deepEqual(
    calls.map(({ status }) => status),
    Array(11).fill(200),
  );
  assert.deepEqual(calls[0]?.body, { status: 'done', changed: true, message: 'pause 1' });
  assert.deepEqual((await heard('talk')).slice(1), [
    ['pause', { by: 'ann' }],
    ['resume', { by: 'unknown' }],
    ['raiseBudget', { capUsd: 12.5, by: 'ann' }],
    ['addTask', { task: { ...task, description: '', acceptance: [], dependsOn: [] }, by: 'unknown' }],
    [
      'revisePlan',
      {
        ...{ revision: 2, by: 'ann', comment: 'Docs too' },
        tasks: [{ ...task, description: '', acceptance: [], dependsOn: [] }],
      },
    ],
    ['retryTask', { by: 'ann', comment: 'once more', taskKey: 'failed' }],
    ['skipTask', { by: 'unknown', taskKey: 'failed' }],
    ['cancelTask', { by: 'unknown', taskKey: 'failed' }],
    ['interrupt', { by: 'ann' }],
    ['interruptTask', { by: 'unknown', comment: 'not like this', taskKey: 'failed' }],
    ['respond', { requestId: 'open-1', decision: 'approve', by: 'ann' }],
  ]);
});

test('a cap is not lowered by who does not know that it was raised, only by who says so', async () => {
  await started('raised');
  await writeCap(database.db, 'raised', { unit: 'usd', amount: 50_000_000 });
  await writeCap(database.db, 'raised', { unit: 'tokens', amount: 5_000 });
  await writeCap(database.db, 'raised', { unit: 'usd', taskKey: 'api', amount: 2_000_000 });
  const set = (cap: object, key?: string) =>
    api.ask('PUT', '/epics/raised/budget', cap, key === undefined ? {} : { 'idempotency-key': key });
  for (const [cap, words] of [
    [{ capUsd: 30 }, /the cap is \$50 now; to lower it all the same, send lower: true \(--lower\)/],
    [{ capUsd: 60, capTokens: 4_000 }, /the cap is 5,000 tokens now/],
    [{ capUsd: 1, taskKey: 'api' }, /the cap of api is \$2 now/],
  ] as const) {
    const { status, body } = await set(cap);
    assert.deepEqual([status, body.error?.code], [400, 'InvalidInput']);
    assert.match(body.error.message, words);
  }
  const caps = [{ capUsd: 30, lower: true }, { capUsd: 50 }, { capUsd: 1, taskKey: 'other' }];
  for (const cap of caps) assert.equal((await set(cap)).status, 200);
  assert.deepEqual(
    (await heard('raised')).slice(1).map(([, cap]) => cap),
    [
      { capUsd: 30, by: 'unknown' },
      { capUsd: 50, by: 'unknown' },
      { capUsd: 1, taskKey: 'other', by: 'unknown' },
    ],
  );
  const first = await set({ capUsd: 55 }, 'once');
  await writeCap(database.db, 'raised', { unit: 'usd', amount: 60_000_000 });
  assert.deepEqual((await set({ capUsd: 55 }, 'once')).body, first.body, 'the same key again');
});

test('a request that is asked in other words takes the same answer again', async () => {
  await started('reworded');
  await writeEpic(database.db, epicView('reworded', 1), { runId: 'run', generation: 1 });
  const answer = { requestId: 'open-1', decision: 'retry' };
  for (const revision of [0, 0, 1, 1]) {
    await writeHumanRequests(database.db, 'reworded', [humanRequest('open-1', { options: ['retry'], revision })]);
    await api.ask('POST', '/epics/reworded/respond', answer);
  }
  assert.deepEqual(
    (await heard('reworded')).map(([name]) => name),
    ['input', 'respond', 'respond'],
  );
});

test('an approval with other changes of the plan is another answer, and one that does not fit names each field', async () => {
  await started('edited');
  const approve = (title: string) =>
    api.ask('POST', '/epics/edited/respond', {
      ...{ requestId: 'open-1', decision: 'approve' },
      plan: { revision: 1, tasks: [{ key: 'a', title }] },
    });
  for (const title of ['One', 'One', 'Two']) assert.equal((await approve(title)).status, 200);
  const told = (await heard('edited')).map(([, input]) => (input as { plan?: { tasks: { title: string }[] } }).plan);
  assert.deepEqual(
    told.slice(1).map((plan) => plan?.tasks[0]?.title),
    ['One', 'Two'],
  );
  const wrong = await approve('');
  assert.equal(wrong.status, 400);
  assert.equal(wrong.body.error.details[0].field, 'plan.tasks.0.title');
  const circle = await api.ask('POST', '/epics/edited/respond', {
    ...{ requestId: 'open-1', decision: 'approve' },
    plan: { revision: 1, tasks: [{ key: 'a', title: 'A', dependsOn: ['b'] }] },
  });
  assert.equal(circle.body.error.details[0].field, 'plan.tasks.0.dependsOn.0');
});

test('the same answer, and the same key, count once; other words, and without a key each message, count', async () => {
  await started('once');
  const answer = { requestId: 'open-1', decision: 'approve' };
  const first = await api.ask('POST', '/epics/once/respond', answer);
  assert.deepEqual(await api.ask('POST', '/epics/once/respond', answer).then(({ body }) => body), first.body);
  await api.ask('POST', '/epics/once/respond', { ...answer, answer: 'of 50, not of 500' });
  const key = { 'idempotency-key': 'k1' };
  await api.ask('POST', '/epics/once/pause', {}, key);
  await api.ask('POST', '/epics/once/pause', {}, key);
  await api.ask('POST', '/epics/once/resume', {}, key);
  await api.ask('POST', '/epics/once/pause', {});
  const names = (await heard('once')).map(([name]) => name);
  assert.deepEqual(names, ['input', 'respond', 'respond', 'pause', 'resume', 'pause']);
});

test('a refusal keeps its code and is in the decision log', async () => {
  await started('refuse');
  const answer = await api.ask('POST', '/epics/refuse/respond', { requestId: 'old', decision: 'approve', by: 'bob' });
  assert.deepEqual([answer.status, answer.body.error.code], [409, 'RequestClosed']);
  assert.equal(answer.body.error.message, 'old was answered before');
  const retry = await api.ask('POST', '/tasks/refuse.fine/retry', { by: 'bob' });
  assert.deepEqual([retry.status, retry.body.error.code], [409, 'TaskNotStarted']);
  assert.deepEqual(await refusals('refuse'), [
    { actor: 'bob', decision: 'refused respond: RequestClosed', reason: 'old was answered before', task_key: null },
    { actor: 'bob', decision: 'refused retryTask: TaskNotStarted', reason: 'fine has not failed', task_key: 'fine' },
  ]);
});

test('messages to an epic that has ended or never was say so', async () => {
  await started('ended');
  await workflow('ended').terminate();
  for (const path of ['pause', 'cancel']) {
    const ended = await api.ask('POST', `/epics/ended/${path}`);
    assert.deepEqual([ended.status, ended.body.error.code], [409, 'EpicEnded'], path);
    assert.match(ended.body.error.message, /has ended \(terminated\)/);
    const unknown = await api.ask('POST', `/epics/never/${path}`);
    assert.deepEqual([unknown.status, unknown.body.error.code], [404, 'NotFound'], path);
  }
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

// Last, because it ends the worker.
test('a message that nobody applies is pending and stored, and sent again it counts once', async () => {
  await started('alone');
  worker.shutdown();
  await running;
  const key = { 'idempotency-key': 'patience' };
  const pending = await api.ask('POST', '/epics/alone/pause', {}, key);
  assert.deepEqual([pending.status, pending.body.status], [202, 'pending']);
  assert.match(pending.body.message, /stored.*sending it again is safe/);

  worker = await createWorker();
  running = worker.run();
  // The last poll of the stopped worker may have taken the workflow task, which then has to time out.
  const aWorkflowTask = { timeoutMs: 45_000 };
  const answered = await waitFor(async () => {
    const answer = await api.ask('POST', '/epics/alone/pause', {}, key);
    return answer.status === 200 && answer;
  }, aWorkflowTask);
  assert.equal(answered.body.status, 'done');
  assert.deepEqual(
    (await heard('alone')).map(([name]) => name),
    ['input', 'pause'],
  );
});
