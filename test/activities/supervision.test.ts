/** The supervisor is told once, and executions that were closed from outside are settled, on a real Temporal server. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { createCloseAbandoned } from '../../activities/forge/close-abandoned.ts';
import { createRecordActivities } from '../../activities/records.ts';
import { createSupervisionActivities } from '../../activities/supervision.ts';
import type { EpicView } from '../../workflows/contract/records.ts';
import { FACTORY_QUEUE } from '../../workflows/contract/task-queues.ts';
import { MockActivityEnvironment } from '../support/activity-environment.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { startTemporal, type TestTemporal } from '../support/temporal.ts';
import { agentView, epicView, humanRequest, plannedTask, pullRequest, taskView } from '../support/views.ts';
import { waitFor } from '../support/wait-for.ts';
import { bundleTestWorkflows } from '../support/workflow-bundle.ts';

let database: TestDatabase;
let temporal: TestTemporal;
let worker: Worker;
let running: Promise<void>;
before(async () => {
  const bundled = bundleTestWorkflows('test/support/parked-workflows.ts');
  [database, temporal] = await Promise.all([createDatabase(), startTemporal()]);
  const { connection } = temporal;
  worker = await Worker.create({ connection, taskQueue: FACTORY_QUEUE, workflowBundle: await bundled });
  running = worker.run();
});
after(async () => {
  worker.shutdown();
  await running;
  await Promise.all([temporal.stop(), database.drop()]);
});

function inActivity<Input, Output>(
  activity: (input: Input) => Promise<Output>,
  input: Input,
  run = { workflowId: 'any', runId: 'any' },
) {
  const environment = new MockActivityEnvironment({ workflowExecution: run });
  return environment.run(activity, input) as Promise<Output>;
}

/** Calls of the forge; a number in `away` is refused. */
const asked: string[] = [];
const away = new Set<number>();
const forge = {
  readPullRequest: async ({ number }: { number: number }) => {
    if (away.has(number)) throw new Error('the forge is away');
    return { ...pullRequest(number), feedback: [] } as never;
  },
  comment: async ({ number, body }: { number: number; body: string }) => void asked.push(`#${number}: ${body}`),
  close: async ({ number }: { number: number }) => void asked.push(`close #${number}`),
};

/** Through a worker's own connection, as the product has it. */
function supervision(quietSeconds = 0) {
  const client = new Client({ connection: temporal.connection, namespace: temporal.namespace });
  return createSupervisionActivities({
    db: database.db,
    temporal: client,
    epicsAtOnce: 3,
    quietSeconds,
    closeAbandoned: createCloseAbandoned({ db: database.db, forge }),
    sweep: async () => 0,
  });
}
const reconcile = (quietSeconds = 0) => inActivity(() => supervision(quietSeconds).reconcile({}), undefined);

const heard = () => temporal.client.workflow.getHandle('supervisor').query<[string, { epicId: string }][]>('heard');

/** Starts a parked workflow and records as it would. */
async function park(type: string, workflowId: string) {
  const handle = await temporal.client.workflow.start(type, { workflowId, taskQueue: FACTORY_QUEUE, args: [] });
  return { handle, run: { workflowId, runId: handle.firstExecutionRunId } };
}

async function parkEpic(epicId: string, rest: Partial<EpicView> = {}) {
  const { recordEpic } = createRecordActivities({ db: database.db });
  const epic = await park('epicWorkflow', `epic-${epicId}`);
  const tasks = [plannedTask('first', 0), plannedTask('second', 1)];
  const view = epicView(epicId, 1, { tasks, requests: [humanRequest('r1')], ...rest });
  await inActivity(recordEpic, { view, chain: epic.run.runId, decisions: [] }, epic.run);
  return epic;
}

test('the first word starts the supervisor, and it hears every later one', async () => {
  const { requestAdmission, escalate } = supervision();
  await inActivity(requestAdmission, { epicId: 'abc', priority: 2 });
  const escalation = { escalationId: 'e1', epicId: 'abc', failure: 'TaskFailed', message: 'broken', retries: 0 };
  await inActivity(escalate, escalation);
  assert.deepEqual(await heard(), [
    ['requestAdmission', { epicId: 'abc', priority: 2, limit: 3 }],
    ['escalate', escalation],
  ]);
});

test('the open epics are those that run and were admitted, whatever words their phase has', async () => {
  const open = await parkEpic('open');
  const closed = await parkEpic('closed');
  const waiting = await parkEpic('waiting', { admitted: false, phase: 'in line' });
  await closed.handle.terminate();
  const ids = await waitFor(async () => {
    const found = await inActivity(() => supervision().listOpenEpics({}), undefined);
    return found.admitted.includes('open') && !found.admitted.includes('closed') && found;
  });
  assert.deepEqual(ids, { admitted: ['open'], limit: 3 });
  await Promise.all([open.handle.terminate(), waiting.handle.terminate()]);
});

test('an epic that has not moved for an hour is told once, and one that says why it waits is not', async () => {
  const { db } = database;
  const settings = { supervisor: { may: [], budgetMicroUsd: 1 } } as unknown as NonNullable<EpicView['settings']>;
  const hold = { kind: 'person' as const, reason: 'a question', since: '2026-01-01T00:00:00.000Z' };
  const asks: [string, Partial<EpicView>][] = [
    ['still', { settings, requests: [] }],
    ['still-asking', { settings }],
    ['still-paused', { settings, requests: [], paused: true }],
    ['still-waiting', { settings, requests: [], hold }],
    ['still-unwatched', { requests: [] }],
    ['still-behind', { settings, requests: [] }],
    ['still-beside', { settings, requests: [] }],
  ];
  const epics = await Promise.all(asks.map(([id, rest]) => parkEpic(id, rest)));
  const told = () =>
    Promise.all(
      epics.map(({ handle }) => handle.query<{ since: string }[], []>('stalled').then(({ length }) => length)),
    );
  for (const [id, kind] of [
    ['still-behind', 'host'],
    ['still-beside', 'lane'],
  ] as const) {
    const update = { state: 'IN_PROGRESS', hold: JSON.stringify({ ...hold, kind }) };
    await db.updateTable('tasks').set(update).where('epic_id', '=', id).where('key', '=', 'first').execute();
  }
  const works = { state: 'IN_PROGRESS', hold: null };
  await db.updateTable('tasks').set(works).where('epic_id', '=', 'still-beside').where('key', '=', 'second').execute();
  await reconcile(3_600);
  assert.deepEqual(await told(), [0, 0, 0, 0, 0, 0, 0], 'they have just moved');
  const old = new Date(Date.now() - 61 * 60_000);
  for (const table of ['epics', 'tasks'] as const) await db.updateTable(table).set({ updated_at: old }).execute();
  await reconcile(7_200);
  await reconcile(7_200);
  assert.deepEqual(await told(), [1, 0, 0, 0, 0, 0, 1], 'what works beside one that waits may hang');
  const [{ since } = { since: '' }] = await (epics[0]?.handle.query<{ since: string }[], []>('stalled') ?? []);
  assert.equal(since, old.toISOString());
  await Promise.all(epics.map(({ handle }) => handle.terminate()));
});

test('old changes are swept with what is settled', async () => {
  const { db } = database;
  await db.insertInto('changes').values({ kind: 'epic', entity_id: 'long ago' }).execute();
  await db
    .updateTable('changes')
    .set({ at: new Date(0) })
    .execute();
  await reconcile();
  const left = await db.selectFrom('changes').select('id').where('entity_id', '=', 'long ago').execute();
  assert.deepEqual(left, []);
});

test('an epic that was terminated is settled with all that belongs to it, once', async () => {
  const { db } = database;
  const { recordTask, recordAgent } = createRecordActivities({ db });
  const epic = await parkEpic('gone');
  const task = await park('taskWorkflow', 'epic-gone/task-first');
  const agentId = 'gone.first.implement.1';
  const agent = await park('agentWorkflow', `agent-${agentId}`);
  await inActivity(recordTask, { view: taskView('gone', 'first', 1), chain: 'c', decisions: [] }, task.run);
  await inActivity(recordAgent, { view: agentView(agentId, 1), chain: 'c', decisions: [] }, agent.run);
  await db.insertInto('placements').values({ holder: task.run.workflowId, host: 'h', epoch: 1, held: true }).execute();
  const call = { transcript: agentId, turn: 1, call: 1, epic_id: 'gone', model: 'm', reserved_microusd: 700 };
  await db.insertInto('ledger').values(call).execute();

  await reconcile();
  assert.equal(
    (await db.selectFrom('epics').select('state').where('id', '=', 'gone').executeTakeFirstOrThrow()).state,
    'IN_PROGRESS',
  );

  await epic.handle.terminate('cleaning up');
  await task.handle.terminate();
  await agent.handle.terminate();
  assert.deepEqual(await reconcile(30), { settled: 0, swept: 0 }, 'what was written a moment ago is left alone');
  assert.equal((await reconcile()).settled, 3);
  assert.deepEqual(await reconcile(), { settled: 0, swept: 0 });

  const row = await db.selectFrom('epics').selectAll().where('id', '=', 'gone').executeTakeFirstOrThrow();
  assert.equal(row.state, 'FAILED');
  assert.match(JSON.stringify(row.failure), /ClosedFromOutside.*terminated by .*: cleaning up/);
  assert.notEqual(row.closed_at, null);
  const tasks = await db
    .selectFrom('tasks')
    .select(['key', 'state'])
    .where('epic_id', '=', 'gone')
    .orderBy('key')
    .execute();
  assert.deepEqual(tasks, [
    { key: 'first', state: 'FAILED' },
    { key: 'second', state: 'CANCELLED' },
  ]);
  const agents = await db.selectFrom('agents').select('state').where('id', '=', agentId).execute();
  assert.deepEqual(agents, [{ state: 'FAILED' }]);
  const requests = await db.selectFrom('human_requests').select('state').where('epic_id', '=', 'gone').execute();
  assert.deepEqual(requests, [{ state: 'withdrawn' }]);
  const slots = await db.selectFrom('placements').select('held').execute();
  assert.deepEqual(slots, [{ held: false }]);
  const calls = await db.selectFrom('ledger').select(['outcome', 'settled_microusd']).execute();
  assert.deepEqual(calls, [{ outcome: 'unknown', settled_microusd: 700 }]);
  const log = await db.selectFrom('decision_log').select('decision').where('epic_id', '=', 'gone').execute();
  assert.equal(log.length, 3);
  const released = (await heard()).filter(
    ([name, message]) => name === 'releaseAdmission' && message.epicId === 'gone',
  );
  assert.equal(released.length, 1);
});

test('the end follows how the workflow closed', async () => {
  const { db } = database;
  const cancelled = await parkEpic('cancelled');
  await parkEpic('runs');
  await cancelled.handle.cancel();
  await assert.rejects(cancelled.handle.result());
  const { recordEpic } = createRecordActivities({ db });
  const unknown = { workflowId: 'epic-unknown', runId: 'long-ago' };
  await inActivity(recordEpic, { view: epicView('unknown', 1), chain: 'long-ago', decisions: [] }, unknown);
  await reconcile();
  const rows = await db
    .selectFrom('epics')
    .select(['id', 'state'])
    .where('id', 'in', ['cancelled', 'runs', 'unknown'])
    .orderBy('id')
    .execute();
  assert.deepEqual(rows, [
    { id: 'cancelled', state: 'CANCELLED' },
    { id: 'runs', state: 'IN_PROGRESS' },
    { id: 'unknown', state: 'FAILED' },
  ]);
});

test('an agent that Temporal has forgotten is open as long as its epic runs: it may wait for an answer', async () => {
  const { db } = database;
  const epic = await parkEpic('patient');
  const { recordAgent } = createRecordActivities({ db });
  const run = { workflowId: 'agent-patient.first.implement.1', runId: 'long-ago' };
  const view = agentView('patient.first.implement.1', 1);
  await inActivity(recordAgent, { view, chain: 'long-ago', decisions: [] }, run);
  const state = () =>
    db.selectFrom('agents').select('state').where('workflow_id', '=', run.workflowId).executeTakeFirstOrThrow();
  const { state: before } = await state();
  await reconcile();
  assert.equal((await state()).state, before);
  await epic.handle.terminate();
  await reconcile();
  assert.equal((await state()).state, 'FAILED');
});

test('a slot whose task has a final row already is given back too', async () => {
  const { db } = database;
  const task = await park('taskWorkflow', 'epic-slot/task-first');
  await db.insertInto('placements').values({ holder: task.run.workflowId, host: 'h', epoch: 1, held: true }).execute();
  await reconcile();
  const slot = () =>
    db.selectFrom('placements').select('held').where('holder', '=', task.run.workflowId).executeTakeFirstOrThrow();
  assert.equal((await slot()).held, true);
  await task.handle.terminate();
  await reconcile();
  assert.equal((await slot()).held, false);
});

test('a parked task keeps its row and its slot as long as its epic runs', async () => {
  const { db } = database;
  const epic = await parkEpic('parks');
  const workflowId = 'epic-parks/task-first';
  const task = await temporal.client.workflow.start('taskWorkflow', {
    ...{ workflowId, taskQueue: FACTORY_QUEUE, args: [{ parked: {} }] },
  });
  await task.result();
  const run = { workflowId, runId: task.firstExecutionRunId };
  await inActivity(recordTaskOf(db), { view: taskView('parks', 'first', 1), chain: 'c', decisions: [] }, run);
  await db.insertInto('placements').values({ holder: workflowId, host: 'h', epoch: 1, held: true }).execute();
  const now = async () => {
    const row = await db.selectFrom('tasks').select('state').where('workflow_id', '=', workflowId).executeTakeFirst();
    const slot = await db.selectFrom('placements').select('held').where('holder', '=', workflowId).executeTakeFirst();
    return [row?.state, slot?.held];
  };
  const before = await now();
  await reconcile();
  assert.deepEqual(await now(), before);
  assert.equal(before[1], true);

  await epic.handle.terminate();
  await reconcile();
  assert.deepEqual(await now(), ['COMPLETED', false]);
});

const recordTaskOf = (db: TestDatabase['db']) => createRecordActivities({ db }).recordTask;

test('an admission that its epic did not live to give back is freed, one of a running epic is not', async () => {
  const { handle } = await park('epicWorkflow', 'epic-forgotten');
  await park('epicWorkflow', 'epic-remembered');
  const { requestAdmission } = supervision();
  for (const epicId of ['forgotten', 'remembered']) {
    await inActivity(requestAdmission, { epicId, priority: 0 });
  }
  await handle.terminate('behind everybody’s back');
  await reconcile();
  const released = (await heard()).filter(([name]) => name === 'releaseAdmission').map(([, { epicId }]) => epicId);
  assert.ok(released.includes('forgotten'));
  assert.ok(!released.includes('remembered'));
});

test('the open pull requests of an epic that was terminated are closed with a comment, once', async () => {
  const { db } = database;
  const { recordTask } = createRecordActivities({ db });
  const epic = await parkEpic('left', { pullRequest: pullRequest(1) });
  const ended = await park('taskWorkflow', 'epic-left/task-first');
  const open = await park('taskWorkflow', 'epic-left/task-second');
  const told = { chain: 'c', decisions: [] };
  const withPull = (key: string, number: number) => taskView('left', key, 1, { pullRequest: pullRequest(number) });
  await inActivity(recordTask, { ...told, view: withPull('first', 2) }, ended.run);
  await inActivity(recordTask, { ...told, view: withPull('second', 4) }, open.run);
  await reconcile();
  assert.deepEqual(asked, [], 'its epic runs');

  for (const { handle } of [epic, ended]) await handle.terminate('cleaning up');
  away.add(2);
  await reconcile();
  const word = 'The epic “The epic left” was ended in Temporal, so this is not going to be merged.';
  assert.deepEqual(asked, [`#1: ${word}`, 'close #1'], 'a task that is open closes its own');
  away.clear();
  await reconcile();
  await reconcile();
  assert.deepEqual(asked.slice(2), [`#2: ${word}`, 'close #2']);
  await open.handle.terminate();
  await reconcile();
  assert.deepEqual(asked.slice(4), [`#4: ${word}`, 'close #4']);

  const rows = await db.selectFrom('pull_requests').select('state').where('epic_id', '=', 'left').execute();
  assert.deepEqual(rows, Array(3).fill({ state: 'closed' }));
  const log = await db
    .selectFrom('decision_log')
    .select('decision')
    .where('epic_id', '=', 'left')
    .where('decision', 'like', 'pull request%')
    .orderBy('id')
    .execute();
  assert.deepEqual(
    log.map(({ decision }) => decision),
    [1, 2, 2, 4].map((number, i) => `pull request #${number} ${i === 1 ? 'stays open' : 'was closed'}`),
  );
});
