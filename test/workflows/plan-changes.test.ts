/** A plan that people change: at its approval, while its tasks run, and so that tasks that overlap come one after the other. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { waitFor } from '../support/wait-for.ts';
import { failsWith, handInAtOnce, submitPlan, tasks, words } from './answers.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());
const { merged, stateOf } = stage;

test('a plan is approved with changes, then revised while it is carried out; what is stale or has started is refused', async () => {
  const gate = Promise.withResolvers<void>();
  stage.play({
    takeTurn: async ({ purpose, taskKey }) => {
      if (purpose === 'plan') return submitPlan({ a: [], b: ['a'], c: [] });
      if (taskKey === 'a') await gate.promise;
      return handInAtOnce({ purpose });
    },
  });
  const handle = await stage.start('revised', { title: 'Revised', concurrency: 1, requireApproval: ['plan'] });
  const { requestId } = await stage.asked('revised', 'plan');
  const approve = (revision: number, given: object[]) =>
    stage.update('revised', 'respond', { requestId, decision: 'approve', by: 'ann', plan: { revision, tasks: given } });
  const planned = tasks({ a: [], b: ['a'], d: ['a'] });
  await assert.rejects(approve(7, planned), failsWith('StalePlan', /at revision 1 now/));
  await assert.rejects(approve(1, tasks({ a: ['a'] })), failsWith('InvalidInput', /wait for each other/));
  await assert.rejects(
    stage.update('revised', 'revisePlan', { revision: 1, tasks: planned }),
    failsWith('PlanUnsettled', /approve it with your changes/),
  );
  const plan = { revision: 1, tasks: planned };
  await assert.rejects(
    stage.update('revised', 'respond', { requestId, decision: 'reject', by: 'ann', plan }),
    failsWith('InvalidInput', /only the approval of a plan takes one/),
  );
  assert.equal((await approve(1, planned)).changed, true);
  assert.equal((await approve(1, planned)).changed, false);
  await waitFor(() => stage.log.includes('turn 1 of revised.a.implement.1'));

  const revise = (revision: number, given: object[]) =>
    stage.update('revised', 'revisePlan', { revision, tasks: given, by: 'bob', comment: 'Split b.' });
  await assert.rejects(revise(1, tasks({ b: ['a'] })), failsWith('StalePlan', /at revision 2 now/));
  const changed = [{ ...tasks({ a: [] })[0], title: 'Other' }];
  await assert.rejects(revise(2, changed), failsWith('InvalidInput', /tasks\.0\.title: "a" has started/));
  const second = await revise(2, tasks({ b1: ['a'], b2: ['b1'] }));
  assert.equal(second.changed, true);
  assert.match(second.message, /Under way, so no revision drops or changes it: a \(cancel a task to end it\)$/);
  assert.equal((await revise(3, tasks({ b1: ['a'], b2: ['b1'] }))).changed, false);
  const { revisions = [] } = await stage.status('revised');
  assert.deepEqual(
    revisions.map(({ number, by, why, changes }) => [number, by, why, changes]),
    [
      [1, 'ORCHESTRATOR', 'the first plan', ['adds a: Task a', 'adds b: Task b', 'adds c: Task c']],
      [2, 'ann', 'asked for by a person', ['drops c', 'adds d: Task d']],
      [3, 'bob', 'Split b.', ['drops b', 'drops d', 'adds b1: Task b1', 'adds b2: Task b2']],
    ],
  );
  gate.resolve();
  await handle.result();
  assert.deepEqual(merged('revised'), ['a', 'b1', 'b2', 'epic']);
  const rows = await stage.db.selectFrom('plan_revisions').selectAll().where('epic_id', '=', 'revised').execute();
  assert.deepEqual(rows.map(({ number, made_by }) => `${number} ${made_by}`).toSorted(), [
    '1 ORCHESTRATOR',
    '2 ann',
    '3 bob',
  ]);
  const left = await stage.db.selectFrom('tasks').select('key').where('epic_id', '=', 'revised').execute();
  assert.deepEqual(left.map(({ key }) => key).toSorted(), ['a', 'b1', 'b2']);
});

test('a plan whose tasks overlap says so, and is approved in sequence', async () => {
  const files = ['src/shop.ts'];
  const [a, b, c] = tasks({ a: [], b: [], c: [] });
  const plan = [{ ...a, files }, b, { ...c, files: ['src/'] }];
  stage.play({ takeTurn: handInAtOnce });
  const handle = await stage.start('meeting', { title: 'Meeting', requireApproval: ['plan'], tasks: plan });
  const { question, options, requestId } = await stage.asked('meeting', 'plan');
  assert.match(question, /same files at the same time: a and c \(src\/shop\.ts\)/);
  assert.deepEqual(options, ['approve', 'approve-in-sequence', 'reject', 'cancel']);
  await stage.respond('meeting', requestId, 'approve-in-sequence');
  await handle.result();
  const needs = (await stage.status('meeting')).tasks.map(({ task }) => `${task.key}: ${task.dependsOn}`);
  assert.deepEqual(needs, ['a: ', 'b: ', 'c: a']);
  assert.ok(merged('meeting').indexOf('a') < merged('meeting').indexOf('c'));
});

test('a task that is freed from one that runs or failed starts at once', async () => {
  const gate = Promise.withResolvers<void>();
  stage.play({
    takeTurn: async ({ purpose, taskKey }) => {
      if (taskKey === 'slow') await gate.promise;
      return taskKey === 'bad' && purpose === 'implement' ? words('refusal') : handInAtOnce({ purpose });
    },
  });
  const plan = { bad: [], slow: [], late: ['slow'], later: ['bad'] };
  const handle = await stage.start('freed', { title: 'Freed', tasks: tasks(plan) });
  await waitFor(async () => (await stateOf('freed', 'bad')) === 'FAILED');
  const revise = (revision: number, graph: Record<string, string[]>) =>
    stage.update('freed', 'revisePlan', { revision, tasks: tasks(graph), by: 'me' });
  await revise(1, { late: [], later: ['bad'] });
  await waitFor(() => merged('freed').includes('late'), { what: 'late to be merged while slow runs' });
  gate.resolve();
  const { requestId } = await stage.asked('freed', 'failed-task', 'bad');
  await revise(2, { later: [] });
  await waitFor(() => merged('freed').includes('later'), { what: 'later to be merged while the epic waits' });
  await stage.respond('freed', requestId, 'skip');
  await handle.result();
  assert.deepEqual((await stage.status('freed')).revisions?.at(-1)?.changes, ['skips bad']);
});

test('with overlaps in sequence by setting, a task that is added waits for what it meets', async () => {
  const gate = Promise.withResolvers<void>();
  stage.play({
    takeTurn: async ({ purpose, taskKey }) => {
      if (taskKey === 'a') await gate.promise;
      return handInAtOnce({ purpose });
    },
  });
  const [a, b] = tasks({ a: [], b: [] });
  const files = ['x'];
  const given = [
    { ...a, files },
    { ...b, files },
  ];
  const handle = await stage.start('queued', { title: 'Queued', overlaps: 'sequence', tasks: given });
  await waitFor(() => stage.log.includes('turn 1 of queued.a.implement.1'));
  const add = () => stage.update('queued', 'addTask', { task: { key: 'c', title: 'C', files }, by: 'me' });
  const lost = { key: 'lost', title: 'Lost', dependsOn: ['gone'] };
  await assert.rejects(
    stage.update('queued', 'addTask', { task: lost, by: 'me' }),
    failsWith('InvalidInput', /depends on "gone"/),
  );
  assert.equal((await add()).changed, true);
  assert.equal((await add()).changed, false);
  const view = await stage.status('queued');
  assert.deepEqual(
    view.tasks.map(({ task }) => task.dependsOn),
    [[], ['a'], ['b']],
  );
  assert.deepEqual(view.revisions?.at(-1)?.changes, ['adds c: C']);
  gate.resolve();
  await handle.result();
  assert.deepEqual(merged('queued'), ['a', 'b', 'c', 'epic']);
});
