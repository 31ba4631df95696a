/** What executions that were closed from outside still held is given back: slots, admissions, turns, pull requests. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRecordActivities } from '../../activities/records.ts';
import { lineWorkflowId } from '../../db/line-id.ts';
import { FACTORY_QUEUE } from '../../workflows/contract/task-queues.ts';
import type { TestDatabase } from '../support/database.ts';
import { useSupervision } from '../support/supervision.ts';
import { agentView, epicView, pullRequest, taskView } from '../support/views.ts';
import { waitFor } from '../support/wait-for.ts';

const { inActivity, supervision, reconcile, unreachable, heard, park, parkEpic, asked, away, database, temporal } =
  useSupervision();

test('a slot whose task has a final row already is given back too', async () => {
  const { db } = database();
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
  const { db } = database();
  const epic = await parkEpic('parks');
  const workflowId = 'epic-parks/task-first';
  const task = await temporal().client.workflow.start('taskWorkflow', {
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
  assert.deepEqual(await now(), ['CANCELLED', false], 'it was to go on');
});

test('a parked agent that another one has replaced is cancelled, one that goes on is not', async () => {
  const { db } = database();
  await parkEpic('replaced');
  for (const attempt of [1, 2]) {
    const workflowId = `agent-replaced.first.implement.${attempt}`;
    const agent = await temporal().client.workflow.start('agentWorkflow', {
      ...{ workflowId, taskQueue: FACTORY_QUEUE, args: [{ parked: {} }] },
    });
    await agent.result();
    const view = agentView(workflowId.slice('agent-'.length), 1, { attempt });
    const run = { workflowId, runId: agent.firstExecutionRunId };
    await inActivity(createRecordActivities({ db }).recordAgent, { view, chain: 'c', decisions: [] }, run);
  }
  await reconcile();
  const agents = await db
    .selectFrom('agents')
    .select('state')
    .where('epic_id', '=', 'replaced')
    .orderBy('id')
    .execute();
  assert.deepEqual(
    agents.map(({ state }) => state),
    ['CANCELLED', 'BUSY'],
  );
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
  const { db } = database();
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

test('a closed member leaves all other lines although one line does not answer', async () => {
  const member = await park('taskWorkflow', 'epic-closed/task-merging');
  await member.handle.terminate();
  const { workflowId, runId: run } = member.run;
  const lines: Awaited<ReturnType<typeof park>>[] = [];
  // Whatever their order is, one comes after the broken one.
  for (const branch of ['before', 'broken', 'after']) {
    const id = lineWorkflowId({ repository: 'example', branch });
    lines.push(await park('lineWorkflow', id, [[{ member: workflowId, run, ticket: '1' }]]));
  }
  const count = () => temporal().client.workflow.count("WorkflowType = 'lineWorkflow'");
  await waitFor(async () => (await count()).count === lines.length);
  unreachable.add(lineWorkflowId({ repository: 'example', branch: 'broken' }));
  await assert.rejects(reconcile(), /Temporal is away/);
  const membersIn = ({ handle }: (typeof lines)[number]) =>
    handle.query<{ members: unknown[] }, []>('status').then(({ members }) => members.length);
  assert.deepEqual(await Promise.all(lines.map(membersIn)), [0, 1, 0]);
  unreachable.clear();
  await Promise.all(lines.map(({ handle }) => handle.terminate()));
});

test('who settles a conflict keeps its place in another run and while it is parked, until it is closed for good', async () => {
  const epic = await parkEpic('settles');
  const keys = ['again', 'parked', 'terminated'] as const;
  const [again, parked, terminated] = await Promise.all([
    park('taskWorkflow', 'epic-settles/task-again'),
    park('taskWorkflow', 'epic-settles/task-parked', [{ parked: {} }]),
    park('taskWorkflow', 'epic-settles/task-terminated'),
  ]);
  await Promise.all([parked.handle.result(), terminated.handle.terminate()]);
  const settling = keys.map((key) => `epic-settles/task-${key}`);
  const standing = settling.map((member) => ({ member, run: 'the run before', ticket: member }));
  const id = lineWorkflowId({ repository: 'example', branch: 'settles' });
  const line = await park('lineWorkflow', id, [standing, settling]);
  await waitFor(async () => (await temporal().client.workflow.count(`WorkflowId = '${id}'`)).count === 1);
  const left = async () => {
    await reconcile();
    return (await line.handle.query<{ members: { member: string }[] }, []>('status')).members.map(
      ({ member }) => member,
    );
  };
  assert.deepEqual(await left(), settling.slice(0, 2));
  await Promise.all([epic, again].map(({ handle }) => handle.terminate()));
  assert.deepEqual(await left(), []);
  await line.handle.terminate();
});

test('the end follows how the workflow closed', async () => {
  const { db } = database();
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
  const { db } = database();
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
