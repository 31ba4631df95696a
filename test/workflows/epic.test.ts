/** Whole epics on real Temporal with the outside scripted. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { EpicView } from '../../workflows/contract/records.ts';
import { failsWith, tasks } from './answers.ts';
import { openStage } from './stage.ts';

const stage = await openStage({ settings: { approvals: ['merge'] } });
after(() => stage.close());
const { merged } = stage;

test('an epic without tasks is planned, run and merged after a person’s approval', async () => {
  const handle = await stage.start('planned', { title: 'Planned', description: 'Do it' });
  const view = await stage.until('planned', ({ requests }) => requests.some(({ state }) => state === 'open'));
  assert.deepEqual(
    view.tasks.map(({ task, status }) => [task.key, status?.state]),
    [
      ['one', 'COMPLETED'],
      ['two', 'COMPLETED'],
    ],
  );
  assert.equal(view.requests[0]?.kind, 'merge');
  await handle.signal('approve');
  const result = await handle.result();
  assert.match((result as { mergedSha: string }).mergedSha, /^[0-9a-f]{40}$/);
  assert.deepEqual(merged('planned').toSorted(), ['epic', 'one', 'two']);
  const row = await stage.epicRow('planned');
  assert.deepEqual([row?.state, row?.phase, row?.hold], ['COMPLETED', 'merged', null]);
  const answered = await stage.db.selectFrom('human_requests').selectAll().where('epic_id', '=', 'planned').execute();
  assert.deepEqual(
    answered.map(({ kind, state }) => [kind, state]),
    [['merge', 'answered']],
  );
});

test('order respects the graph, and merges go one at a time into the epic’s branch', async () => {
  stage.play({
    ignoredFiles: (key) => (key === 'b' ? { names: ['1', '2', '3', '4', '5', '6'], total: 9 } : undefined),
  });
  const handle = await stage.start('diamond', {
    title: 'Diamond',
    tasks: tasks({ a: [], b: ['a'], c: ['a'], d: ['b', 'c'] }),
  });
  const { requests } = await stage.until('diamond', (view) => view.requests.length === 1);
  assert.match(requests[0]?.question ?? '', /main\? The worktree of b also holds [^?]*: 1, 2, 3, 4, 5 and 4 more\.$/);
  await handle.executeUpdate('respond', {
    args: [{ requestId: (await stage.status('diamond')).requests[0]?.requestId, decision: 'approve', by: 'me' }],
  });
  await handle.result();
  const order = merged('diamond');
  assert.equal(order.length, 5);
  assert.ok(order.indexOf('a') === 0 && order.indexOf('d') === 3 && order.indexOf('epic') === 4, order.join());
});

test('an epic of one task has one pull request, which is the one that is approved', async () => {
  stage.play({ ignoredFiles: () => ({ names: ['lib/a.js'], total: 1 }) });
  const handle = await stage.start('single', { title: 'Single', tasks: tasks({ only: [] }) });
  const view = await stage.until('single', ({ requests }) => requests.some(({ state }) => state === 'open'));
  assert.equal(view.requests[0]?.taskKey, 'only');
  assert.match(view.requests[0]?.question ?? '', /git ignores, so it is not merged: lib\/a\.js\./);
  const stale = { requestId: view.requests[0]?.requestId, decision: 'approve', headSha: 'f'.repeat(40) };
  await assert.rejects(handle.executeUpdate('respond', { args: [stale] }), failsWith('StaleHead'));
  await handle.signal('approve', { by: 'me', headSha: view.requests[0]?.headSha });
  await handle.result();
  assert.deepEqual(
    [...stage.pullRequests.keys()].filter((head) => head.startsWith('factory/single/')),
    ['factory/single/only'],
  );
  assert.equal((await stage.taskRow('single', 'only'))?.state, 'COMPLETED');
});

test('a merge that is rejected without a word asks what to change, which is one more round on the same pull request', async () => {
  const handle = await stage.start('rejected', { title: 'Rejected', tasks: tasks({ only: [] }) });
  await stage.until('rejected', ({ requests }) => requests.length === 1);
  await handle.signal('reject', { by: 'me' });
  const asked = await stage.until('rejected', ({ requests }) => requests.length === 2);
  assert.equal(asked.requests[1]?.kind, 'question');
  const change = { requestId: asked.requests[1]?.requestId, decision: 'change', answer: 'rename it to till' };
  await handle.executeUpdate('respond', { args: [change] });
  await stage.until('rejected', ({ requests }) =>
    requests.filter(({ kind }) => kind === 'merge').some((r) => r.state === 'open'),
  );
  await handle.signal('approve');
  await handle.result();
  assert.ok(stage.log.includes('brief only feedback'));
  assert.equal([...stage.pullRequests.keys()].filter((head) => head.startsWith('factory/rejected/')).length, 1);
});

test('what a person says with a rejection is the next round at once, in an epic of one task and of several', async () => {
  const epics: [id: string, keys: Record<string, string[]>][] = [
    ['worded', { only: [] }],
    ['worded-whole', { a: [], b: [] }],
  ];
  for (const [id, keys] of epics) {
    const handle = await stage.start(id, { title: id, tasks: tasks(keys) });
    await stage.asked(id, 'merge', id === 'worded' ? 'only' : undefined);
    await handle.signal('reject', { by: 'me', comment: 'rename it' });
    const again = await stage.until(id, ({ requests }) => requests.filter(({ kind }) => kind === 'merge').length === 2);
    assert.ok(again.requests.every(({ kind }) => kind === 'merge'));
    await handle.signal('approve');
    await handle.result();
  }
  assert.ok(stage.log.includes('told only: rename it'));
});

/** The kinds of the requests that it had when it was merged, or asked once more. */
const askedUntilMerged = async (id: string) => {
  const isOver = ({ requests, state }: EpicView) =>
    state === 'COMPLETED' || requests.some((request) => request.state === 'open');
  return (await stage.until(id, isOver)).requests.map(({ kind }) => kind);
};

test('an approved diff is not asked about again after what stood in the way of its merge', async () => {
  stage.play({ mergeTarget: (key, run) => (key === 'epic' && run === 2 ? 'conflict' : undefined) });
  await stage.start('kept', { title: 'Kept', tasks: tasks({ k1: [], k2: [] }) });
  await stage.respond('kept', (await stage.asked('kept', 'merge')).requestId, 'approve');
  await stage.respond('kept', (await stage.asked('kept', 'conflict')).requestId, 'retry');
  assert.deepEqual(await askedUntilMerged('kept'), ['merge', 'conflict']);
});

test('an approved diff is not asked about again after its task lost its host', async () => {
  stage.play({
    mergeTarget: (key, run) => {
      if (key === 'moves' && run === 2) throw ApplicationFailure.nonRetryable('long ago', 'HostLost');
      return undefined;
    },
  });
  await stage.start('moves', { title: 'Moves', tasks: tasks({ moves: [] }) });
  await stage.respond('moves', (await stage.asked('moves', 'merge')).requestId, 'approve');
  assert.deepEqual(await askedUntilMerged('moves'), ['merge']);
});

test('nothing that a sender writes can break an epic', async () => {
  const handle = await stage.start('noise', { title: 'Noise', tasks: tasks({ only: [] }) });
  await stage.until('noise', ({ requests }) => requests.length === 1);
  await handle.signal('approve', 'yes please');
  await handle.signal('approve', { by: '' });
  await handle.signal('approve', { requestId: 'another' });
  await handle.signal('nonsense', { a: 1 });
  await handle.signal('grantTurn', { ticket: 1 });
  await assert.rejects(handle.executeUpdate('respond', { args: [{ decision: 'approve' }] }), failsWith('InvalidInput'));
  await assert.rejects(handle.executeUpdate('retryTask', { args: [{ taskKey: 'nobody' }] }), failsWith('NotFound'));
  await assert.rejects(
    handle.executeUpdate('addTask', { args: [{ task: { key: 'b', title: 'B' } }] }),
    failsWith('EpicHasOneTask'),
  );
  assert.equal((await stage.status('noise')).requests[0]?.state, 'open');
  await handle.signal('approve');
  await handle.result();
  const refused = (await stage.decisions('noise')).filter(({ kind }) => kind === 'refusal');
  // Those that come at once in one line, those of the same minute together in another.
  const lines = refused.map(({ decision }) => decision);
  const counts = lines.map((line) => Number(/^ignored (\d+) messages/.exec(line)?.[1] ?? 1));
  assert.ok(lines.length <= 2, lines.join('\n'));
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    5,
  );
  assert.match(lines.at(-1) ?? '', /Ignored a malformed grantTurn signal/);
});

test('wrong input fails at once and names the field; a wrong repository is a question', async () => {
  const untitled = await stage.start('untitled', { description: 'x' });
  await assert.rejects(untitled.result(), failsWith('InvalidInput', /give the epic a title/));
  const nothing = await stage.start('nothing', undefined);
  await assert.rejects(nothing.result(), failsWith('InvalidInput', /give the epic a title/));
  const cyclic = await stage.start('cyclic', { title: 'x', tasks: tasks({ a: ['b'], b: ['a'] }) });
  await assert.rejects(cyclic.result(), failsWith('InvalidInput', /wait for each other/));
  const lost = await stage.start('lost', { title: 'x', repository: 'missing' });
  const { question, requestId } = await stage.asked('lost', 'question');
  assert.match(question, /There is no repository "missing"; configured: example/);
  await stage.respond('lost', requestId, 'cancel');
  await assert.rejects(lost.result());
  assert.equal((await stage.epicRow('lost'))?.state, 'CANCELLED');
});

test('a closed id that is started again belongs to its first chain', async () => {
  const first = await stage.start('twice', { title: 'Twice', tasks: tasks({ only: [] }) });
  await stage.until('twice', ({ requests }) => requests.length === 1);
  await first.signal('approve');
  await first.result();
  const second = await stage.client.workflow.start('epicWorkflow', {
    workflowId: 'epic-twice',
    taskQueue: 'factory',
    args: [{ title: 'Again' }],
  });
  await assert.rejects(second.result());
  const row = await stage.epicRow('twice');
  assert.deepEqual([row?.title, row?.state], ['Twice', 'COMPLETED']);
});
