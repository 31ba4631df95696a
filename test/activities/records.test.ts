/** Records against PostgreSQL: order, generations, claims, and who speaks for a task. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { sql } from 'kysely';
import { createRecording } from '../support/recording.ts';
import { agentView, epicView, humanRequest, plannedTask, pullRequest, taskView } from '../support/views.ts';
import { waitFor } from '../support/wait-for.ts';

const recording = await createRecording();
const { db, execution, epicRow, taskRow } = recording;
after(() => recording.drop());

const isEpicExists = (error: unknown) =>
  error instanceof ApplicationFailure && error.type === 'EpicExists' && error.nonRetryable === true;

test('a view that arrives late changes nothing, whatever it says', async () => {
  const epic = execution('epic-late', 'run-1');
  await epic.epic(epicView('late', 3, { phase: 'merge', requests: [humanRequest('r1', { state: 'answered' })] }));
  await epic.epic(epicView('late', 2, { phase: 'tasks', requests: [humanRequest('r1')] }));
  await epic.epic(epicView('late', 3, { phase: 'twin' }));
  assert.equal((await epicRow('late')).phase, 'merge');
  const request = await db.selectFrom('human_requests').selectAll().where('epic_id', '=', 'late').execute();
  assert.deepEqual(
    request.map((row) => row.state),
    ['answered'],
  );
});

test('what a task says of itself while its epic’s record is written stays', async () => {
  const epic = execution('epic-both', 'run-1');
  const status = { state: 'ASSIGNED' as const, phase: 'starts' };
  const tell = (version: number, phase: string) =>
    epic.epic(epicView('both', version, { tasks: [plannedTask('t', 0, { status: { ...status, phase } })] }));
  await tell(1, 'planned');
  const hold = { kind: 'host', reason: 'waits', since: '2026-01-01T00:00:00.000Z' };
  let late: Promise<unknown> = Promise.resolve();
  await db.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('tasks')
      .set({ generation: 1, version: 1, run_id: 'own', hold: JSON.stringify(hold), closed_at: null })
      .where('epic_id', '=', 'both')
      .execute();
    late = tell(2, 'starts');
    // It has read the row as it was, and waits for this one.
    await waitFor(async () => {
      const { rows } = await sql`select 1 from pg_locks where not granted`.execute(db);
      return rows.length > 0;
    });
  });
  await late;
  assert.deepEqual((await taskRow('both', 't')).hold, hold);
});

test('the run after continue-as-new counts from one and still comes later', async () => {
  const chain = 'run-a';
  await execution('epic-next', 'run-a', chain).epic(epicView('next', 90, { phase: 'before' }));
  await execution('epic-next', 'run-b', chain).epic(epicView('next', 1, { phase: 'after' }));
  await execution('epic-next', 'run-a', chain).epic(epicView('next', 91, { phase: 'late word of the first run' }));
  const row = await epicRow('next');
  assert.deepEqual([row.phase, row.generation, row.version, row.run_id], ['after', 2, 1, 'run-b']);
});

test('a run looks for its generation once, and again after a record that was rolled back', async () => {
  const looks: string[] = [];
  const watched = db.withPlugin({
    transformQuery({ node }) {
      if (JSON.stringify(node).includes('workflow_runs')) looks.push(node.kind);
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  await execution('epic-looks', 'run-0').epic(epicView('looks', 1));
  const another = execution('epic-looks', 'run-1', 'another', watched);
  await assert.rejects(another.epic(epicView('looks', 1)), isEpicExists);
  const refused = looks.length;
  const own = execution('epic-looks', 'run-1', 'run-0', watched);
  await own.epic(epicView('looks', 1));
  assert.equal(looks.length, refused * 2);
  for (const version of [2, 3]) await own.epic(epicView('looks', version));
  assert.equal(looks.length, refused * 2);
  const row = await epicRow('looks');
  assert.deepEqual([row.generation, row.version], [2, 3]);
});

test('first writes of many runs at once each get a generation of their own', async () => {
  const runs = Array.from({ length: 8 }, (_, index) => `run-${index}`);
  await Promise.all(
    runs.flatMap((run) => [
      execution('epic-race', run, 'chain').epic(epicView('race', 1, { phase: run })),
      execution('epic-race', run, 'chain').epic(epicView('race', 1, { phase: run })),
    ]),
  );
  const rows = await db
    .selectFrom('workflow_runs')
    .selectAll()
    .where('workflow_id', '=', 'epic-race')
    .orderBy('generation')
    .execute();
  assert.deepEqual(
    rows.map((row) => row.generation),
    [1, 2, 3, 4, 5, 6, 7, 8],
  );
  const row = await epicRow('race');
  assert.equal(row.generation, 8);
  assert.equal(row.run_id, rows[7]?.run_id);
});

test('an epic id belongs to the chain that recorded first, and the other one writes nothing', async () => {
  await execution('epic-mine', 'run-1').epic(epicView('mine', 1, { phase: 'first' }));
  await assert.rejects(execution('epic-mine', 'run-2').epic(epicView('mine', 1, { phase: 'second' })), isEpicExists);
  await assert.rejects(execution('epic-mine', 'run-2').epic(epicView('mine', 2, { phase: 'again' })), isEpicExists);
  assert.equal((await epicRow('mine')).phase, 'first');
});

test('when two chains claim an epic at the same moment, one wins', async () => {
  const claims = await Promise.allSettled(
    ['run-1', 'run-2', 'run-3'].map((run) => execution('epic-both', run).epic(epicView('both', 1, { phase: run }))),
  );
  const refused = claims.filter((claim) => claim.status === 'rejected');
  assert.equal(refused.length, 2);
  assert.ok(refused.every((claim) => isEpicExists(claim.reason)));
});

test('the epic speaks for a task before its workflow starts and after it closed, the task in between', async () => {
  const epic = execution('epic-talk', 'run-1');
  const hold = { kind: 'blocker' as const, reason: 'waits for first', since: '2026-01-01T00:00:00.000Z' };
  const waiting = { state: 'PENDING' as const, phase: 'waiting', hold };
  const tasks = [plannedTask('first', 0), plannedTask('second', 1, { status: waiting })];
  await epic.epic(epicView('talk', 1, { tasks }));
  assert.deepEqual((await taskRow('talk', 'second')).hold, hold);

  const task = execution('epic-talk/task-second', 'task-run-1');
  await task.task(taskView('talk', 'second', 1));
  await epic.epic(epicView('talk', 2, { tasks }));
  const row = await taskRow('talk', 'second');
  assert.deepEqual([row.state, row.phase, row.hold], ['IN_PROGRESS', 'implement', null]);

  const failed = { state: 'FAILED' as const, phase: 'terminated', failure: { type: 'TaskFailed', message: 'gone' } };
  const closed = [plannedTask('first', 0), plannedTask('second', 1, { status: failed })];
  await epic.epic(epicView('talk', 3, { tasks: closed }));
  await task.task(taskView('talk', 'second', 2));
  assert.equal((await taskRow('talk', 'second')).state, 'FAILED', 'a record of the closed run is late');
  assert.notEqual((await taskRow('talk', 'second')).closed_at, null);

  const again = { state: 'PENDING' as const, phase: 'starts again' };
  const slot = { ...again, hold: { ...hold, kind: 'slot' as const } };
  for (const [version, status] of [again, slot].entries()) {
    const waits = [plannedTask('first', 0), plannedTask('second', 1, { status })];
    await epic.epic(epicView('talk', 4 + version, { tasks: waits }));
  }
  const waits = await taskRow('talk', 'second');
  assert.deepEqual([waits.state, waits.failure, waits.closed_at, waits.hold], ['PENDING', null, null, slot.hold]);

  await execution('epic-talk/task-second', 'task-run-2').task(taskView('talk', 'second', 1, { attempt: 2 }));
  const retried = await taskRow('talk', 'second');
  assert.deepEqual([retried.state, retried.attempt, retried.closed_at], ['IN_PROGRESS', 2, null]);
  const late = [plannedTask('first', 0), plannedTask('second', 1, { status: slot })];
  await epic.epic(epicView('talk', 6, { tasks: late }));
  assert.equal((await taskRow('talk', 'second')).state, 'IN_PROGRESS', 'the task speaks for its second life');
});

test('the word of the epic on the run before does not silence a task that runs again', async () => {
  const epic = execution('epic-heal', 'run-1');
  const failed = { state: 'FAILED' as const, phase: 'failed' };
  await epic.epic(epicView('heal', 1, { tasks: [plannedTask('first', 0)] }));
  const again = execution('epic-heal/task-first', 'task-run-2');
  await again.task(taskView('heal', 'first', 1));
  await epic.epic(epicView('heal', 2, { tasks: [plannedTask('first', 0, { status: failed })] }));
  await epic.epic(epicView('heal', 3, { tasks: [plannedTask('first', 0)] }));
  await again.task(taskView('heal', 'first', 2, { phase: 'review' }));
  assert.equal((await taskRow('heal', 'first')).phase, 'review');
});

test('a record of the epic that comes after the end of a task costs it nothing for long', async () => {
  const epic = execution('epic-behind', 'run-1');
  await epic.epic(epicView('behind', 1, { tasks: [plannedTask('first', 0)] }));
  const task = execution('epic-behind/task-first', 'task-run-1');
  await task.task(taskView('behind', 'first', 1, { state: 'COMPLETED', closedAt: '2026-01-01T00:00:01.000Z' }));
  const starts = { state: 'ASSIGNED' as const, phase: 'starts' };
  await epic.epic(epicView('behind', 2, { tasks: [plannedTask('first', 0, { status: starts })] }));
  const merged = { state: 'COMPLETED' as const, phase: 'merged' };
  await epic.epic(epicView('behind', 3, { tasks: [plannedTask('first', 0, { status: merged })] }));
  const row = await taskRow('behind', 'first');
  assert.deepEqual([row.state, row.run_id, row.closed_at === null], ['COMPLETED', 'task-run-1', false]);
});

test('a plan that changed before its tasks started leaves no task or dependency of the old one', async () => {
  const epic = execution('epic-plan', 'run-1');
  await epic.epic(epicView('plan', 1, { tasks: ['first', 'old', 'kept'].map((key, at) => plannedTask(key, at)) }));
  await epic.epic(
    epicView('plan', 2, { tasks: [plannedTask('first', 0), plannedTask('kept', 0), plannedTask('new', 2)] }),
  );
  const tasks = await db.selectFrom('tasks').select('key').where('epic_id', '=', 'plan').orderBy('key').execute();
  assert.deepEqual(
    tasks.map((task) => task.key),
    ['first', 'kept', 'new'],
  );
  const needs = await db.selectFrom('task_dependencies').selectAll().where('epic_id', '=', 'plan').execute();
  assert.deepEqual(
    needs.map((row) => [row.task_key, row.depends_on]),
    [['new', 'first']],
  );
});

test('a record of a task that its epic has not told yet is harmless and the next one catches up', async () => {
  const task = execution('epic-early/task-first', 'task-run-1');
  await task.task(taskView('early', 'first', 1));
  await execution('epic-early', 'run-1').epic(epicView('early', 1, { tasks: [plannedTask('first', 0)] }));
  assert.equal((await taskRow('early', 'first')).state, 'PENDING');
  await task.task(taskView('early', 'first', 2));
  assert.equal((await taskRow('early', 'first')).state, 'IN_PROGRESS');
});

test('a pull request keeps its task and stays merged, whoever tells it later', async () => {
  const epic = execution('epic-one', 'run-1');
  await epic.epic(epicView('one', 1, { tasks: [plannedTask('first', 0)] }));
  const task = execution('epic-one/task-first', 'task-run-1');
  await task.task(
    taskView('one', 'first', 1, {
      pullRequest: pullRequest(1),
      submissions: [{ number: 1, headSha: 'a', treeSha: 'b', state: 'verified' }],
    }),
  );
  await epic.epic(
    epicView('one', 2, {
      tasks: [plannedTask('first', 0)],
      pullRequest: pullRequest(1, { state: 'merged', mergedSha: 'c' }),
    }),
  );
  await task.task(
    taskView('one', 'first', 2, {
      pullRequest: pullRequest(1),
      submissions: [{ number: 1, headSha: 'a', treeSha: 'b', state: 'merged' }],
    }),
  );
  const rows = await db.selectFrom('pull_requests').selectAll().where('epic_id', '=', 'one').execute();
  assert.deepEqual(
    rows.map((row) => [row.task_key, row.state, row.merged_sha]),
    [['first', 'merged', 'c']],
  );
  const submissions = await db.selectFrom('submissions').selectAll().where('epic_id', '=', 'one').execute();
  assert.deepEqual(
    submissions.map((row) => [row.number, row.state]),
    [[1, 'merged']],
  );
});

test('a later round of an agent is a later run of the same row', async () => {
  const id = 'x.first.implement.1';
  await execution(`agent-${id}`, 'round-1').agent(
    agentView(id, 40, { state: 'COMPLETED', closedAt: '2026-01-02T00:00:00Z' }),
  );
  await execution(`agent-${id}`, 'round-1').agent(agentView(id, 41, { state: 'BUSY' }));
  const closed = await db.selectFrom('agents').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  assert.equal(closed.state, 'COMPLETED');
  await execution(`agent-${id}`, 'round-2').agent(agentView(id, 1, { turn: 41 }));
  const row = await db.selectFrom('agents').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  assert.deepEqual([row.state, row.turn, row.closed_at, row.role], ['BUSY', 41, null, 'WORKER']);
});

test('an agent that failed after it said that it handed in its work has failed, and works no more in that run', async () => {
  const id = 'x.second.implement.1';
  const agent = execution(`agent-${id}`, 'round-1');
  const closedAt = '2026-01-02T00:00:00Z';
  const state = async () =>
    (await db.selectFrom('agents').select('state').where('id', '=', id).executeTakeFirstOrThrow()).state;
  await agent.agent(agentView(id, 1, { state: 'COMPLETED', closedAt }));
  await agent.agent(agentView(id, 2, { state: 'FAILED', closedAt }));
  await agent.agent(agentView(id, 3, { state: 'BUSY' }));
  assert.equal(await state(), 'FAILED');
});

test('of two records of one end the later stays, whichever is written first', async () => {
  const closedAt = '2026-01-01T00:00:01.000Z';
  const orders = { 'in-order': [3, 4], overtaken: [4, 3] };
  for (const [id, versions] of Object.entries(orders)) {
    const epic = execution(`epic-${id}`, 'run-1');
    const task = execution(`epic-${id}/task-first`, 'task-run-1');
    await epic.epic(epicView(id, 1, { tasks: [plannedTask('first', 0)] }));
    for (const version of versions) {
      const end = { state: 'CANCELLED' as const, closedAt, phase: `cancelled ${version}` };
      await epic.epic(epicView(id, version, end));
      await task.task(taskView(id, 'first', version, end));
    }
    assert.equal((await epicRow(id)).phase, 'cancelled 4', `${id}: the epic`);
    assert.equal((await taskRow(id, 'first')).phase, 'cancelled 4', `${id}: the task`);
    // A record that was on its way when somebody closed the run changes nothing, even if it tells another end.
    const other = { state: 'COMPLETED' as const, closedAt };
    await epic.epic(epicView(id, 5, other));
    await task.task(taskView(id, 'first', 5, other));
    await epic.epic(epicView(id, 6));
    await task.task(taskView(id, 'first', 6));
    assert.equal((await epicRow(id)).state, 'CANCELLED');
    assert.equal((await taskRow(id, 'first')).state, 'CANCELLED');
  }
});
