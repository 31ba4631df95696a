/** What epics are told over HTTP: what reaches them, what counts once, what is refused, what nobody hears yet. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { writeCap } from '../../db/writes/budgets.ts';
import { writeEpic } from '../../db/writes/epics.ts';
import { settleMessage, storeMessage } from '../../db/writes/messages.ts';
import { writeHumanRequests } from '../../db/writes/requests.ts';
import { startAnsweringEpics } from '../support/answering-epics.ts';
import { createApi } from '../support/api.ts';
import { recorder } from '../support/recording.ts';
import { epicView, humanRequest, plannedTask } from '../support/views.ts';
import { waitFor } from '../support/wait-for.ts';

const { database, temporal, api, createWorker, workflow, heard, started, stop } = await startAnsweringEpics();
let worker = await createWorker();
let running = worker.run();
after(async () => {
  worker.shutdown();
  await running;
  await stop();
});

const refusals = (epicId: string) =>
  database.db
    .selectFrom('decision_log')
    .select(['actor', 'decision', 'reason', 'task_key'])
    .where('epic_id', '=', epicId)
    .execute();

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
    assert.deepEqual([status, body.error?.code], [409, 'CapIsHigher']);
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
  const refused = {
    epicId: 'raised',
    id: 'raiseBudget-refused',
    name: 'raiseBudget',
    input: { capUsd: 1, by: 'unknown' },
  };
  await storeMessage(database.db, refused);
  await settleMessage(database.db, 'raised', refused.id, { kind: 'refused', code: 'EpicEnded', message: 'no' });
  assert.equal((await set({ capUsd: 1 }, 'refused')).body.error?.code, 'CapIsHigher', 'the key of what was refused');
});

test('the caps that an epic was submitted with, and those of its plan, are not lowered unaware before anything has run', async () => {
  await started('queued');
  const record = recorder(database.db);
  const view = epicView('queued', 1);
  await record.epic({ ...view, input: { ...view.input, budgetUsd: 20, budgetTokens: 5_000 } });
  const set = async (cap: object) => {
    const { status, body } = await api.ask('PUT', '/epics/queued/budget', cap);
    return [status, body.error?.message.split(';')[0]];
  };
  assert.deepEqual(await set({ capUsd: 5 }), [409, 'capUsd: the cap is $20 now']);
  assert.deepEqual(await set({ capTokens: 4_000 }), [409, 'capTokens: the cap is 5,000 tokens now']);
  assert.equal((await set({ capUsd: 30 }))[0], 200);
  const { task, ...planned } = plannedTask('first', 0);
  await record.epic(epicView('queued', 2, { tasks: [{ ...planned, task: { ...task, budgetUsd: 2 } }] }));
  assert.deepEqual(await set({ capUsd: 1, taskKey: 'first' }), [409, 'capUsd: the cap of first is $2 now']);
  assert.equal((await set({ capUsd: 3, taskKey: 'first' }))[0], 200);
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

// Last, because it ends the worker.
test('a message that nobody applies is pending and stored, and sent again it counts once', async () => {
  await started('alone');
  // Its first task is over: one that a stopping worker has taken has to time out.
  await heard('alone');
  worker.shutdown();
  await running;
  const key = { 'idempotency-key': 'patience' };
  const impatient = await createApi(database.db, temporal.client, { answerWithinMs: 300 });
  const pending = await impatient.ask('POST', '/epics/alone/pause', {}, key);
  await impatient.close();
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
