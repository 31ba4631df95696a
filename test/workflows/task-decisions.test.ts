/** What a person decides about single tasks: each decision has its effect once, also when it is sent twice. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { waitFor } from '../support/wait-for.ts';
import { failsWith, handInAtOnce, submitWork, tasks, words } from './answers.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());
const { merged, stateOf } = stage;

test('an answer about one failed task counts while another one runs again', async () => {
  const gate = Promise.withResolvers<void>();
  stage.play({ takeTurn: ({ purpose }) => (purpose === 'implement' ? words('refusal') : undefined) });
  const handle = await stage.start('both', { title: 'Both', tasks: tasks({ x: [], y: [] }) });
  const [x, y] = [await stage.asked('both', 'failed-task', 'x'), await stage.asked('both', 'failed-task', 'y')];
  stage.play({
    takeTurn: async ({ purpose, taskKey }) => {
      if (taskKey === 'x') await gate.promise;
      return handInAtOnce({ purpose });
    },
  });
  await stage.respond('both', x.requestId, 'retry');
  await waitFor(() => stage.log.includes('turn 1 of both.x.implement.3'));
  assert.equal((await stage.respond('both', y.requestId, 'retry', { comment: 'try harder' })).changed, true);
  assert.equal((await stage.respond('both', y.requestId, 'retry')).changed, false);
  await waitFor(() => merged('both').includes('y'), { what: 'y to be merged while x runs' });
  assert.ok(stage.log.includes('brief y feedback'));
  gate.resolve();
  await handle.result();
  assert.deepEqual(merged('both'), ['y', 'x', 'epic']);
  assert.equal((await stage.status('both')).requests.length, 2);
});

test('tasks are cancelled, added and skipped while others run', async () => {
  const gate = Promise.withResolvers<void>();
  stage.play({
    takeTurn: async ({ purpose, taskKey }) => {
      if (taskKey === 'running') await gate.promise;
      return handInAtOnce({ purpose });
    },
  });
  const update = (name: string, taskKey: string) => stage.update('changing', name, { taskKey, by: 'me' });
  const handle = await stage.start('changing', {
    title: 'Changing',
    concurrency: 1,
    tasks: tasks({ running: [], waiting: [], after: ['running'] }),
  });
  await waitFor(() => stage.log.includes('turn 1 of changing.running.implement.1'));
  assert.equal((await update('cancelTask', 'waiting')).changed, true);
  assert.equal((await update('cancelTask', 'waiting')).changed, false);
  await assert.rejects(update('skipTask', 'running'), failsWith('TaskRunning', /cancel it first/));

  const add = (task: object) => stage.update('changing', 'addTask', { task, by: 'me' });
  assert.equal((await add({ key: 'added', title: 'Added' })).changed, true);
  assert.equal((await add({ key: 'added', title: 'Added' })).changed, false);
  await assert.rejects(add({ key: 'added', title: 'Other' }), failsWith('InvalidInput', /used twice/));
  await assert.rejects(add({ key: 'z', title: 'Z', dependsOn: ['no'] }), failsWith('InvalidInput', /not in the plan/));

  assert.equal((await update('cancelTask', 'running')).changed, true);
  await waitFor(async () => (await stateOf('changing', 'running')) === 'CANCELLED');
  await waitFor(() => merged('changing').includes('added'));
  assert.equal(await stateOf('changing', 'after'), 'BLOCKED');
  assert.equal((await stage.taskRow('changing', 'running'))?.state, 'CANCELLED');

  await stage.asked('changing', 'failed-task', 'waiting');
  await stage.asked('changing', 'failed-task', 'running');
  assert.equal((await update('skipTask', 'waiting')).changed, true);
  assert.equal((await update('skipTask', 'waiting')).changed, false);
  assert.equal((await update('skipTask', 'running')).changed, true);
  await handle.result();
  assert.deepEqual(merged('changing'), ['added', 'after', 'epic']);
});

test('a task that was skipped before can be taken up again while the epic waits for a decision', async () => {
  stage.play({
    takeTurn: ({ purpose, taskKey }) => (taskKey === 'bad' ? words('refusal') : handInAtOnce({ purpose })),
  });
  const handle = await stage.start('taken-up', { title: 'Taken up', tasks: tasks({ bad: [], late: ['bad'] }) });
  const { requestId } = await stage.asked('taken-up', 'failed-task');
  await stage.update('taken-up', 'skipTask', { taskKey: 'late' });
  await stage.update('taken-up', 'addTask', { task: { key: 'extra', title: 'Extra' } });
  await waitFor(() => merged('taken-up').includes('extra'));
  await stage.update('taken-up', 'retryTask', { taskKey: 'late' });
  await stage.respond('taken-up', requestId, 'skip');
  await handle.result();
  assert.deepEqual(merged('taken-up'), ['extra', 'late', 'epic']);
});

test('a task that comes too late for the merge is refused instead of lost', async () => {
  const gate = Promise.withResolvers<void>();
  const integrating = Promise.withResolvers<void>();
  stage.play({
    takeTurn: handInAtOnce,
    verify: async (key) => {
      if (key !== 'epic') return true;
      integrating.resolve();
      await gate.promise;
      return true;
    },
  });
  const handle = await stage.start('late', { title: 'Late', tasks: tasks({ a: [], b: [] }) });
  await integrating.promise;
  await assert.rejects(
    stage.update('late', 'addTask', { task: { key: 'c', title: 'C' } }),
    failsWith('EpicMerging', /another epic/),
  );
  gate.resolve();
  await handle.result();
  assert.deepEqual(merged('late').toSorted(), ['a', 'b', 'epic']);
});

test('a task whose pull request was merged in an earlier life is a question, and no second merge', async () => {
  stage.play({
    takeTurn: handInAtOnce,
    isMergedBefore: () => true,
    mergePullRequest: (head) => {
      if (head.endsWith('/twice')) throw ApplicationFailure.nonRetryable('merged without these', 'MergedBefore');
    },
  });
  const handle = await stage.start('before', { title: 'Before', tasks: tasks({ twice: [], other: [] }) });
  const failed = await stage.asked('before', 'failed-task', 'twice');
  await stage.respond('before', failed.requestId, 'retry', { comment: 'once more' });
  const { question, requestId } = await stage.asked('before', 'question', 'twice');
  assert.match(question, /was merged before, as [0-9a-f]{12}.*“once more”.*needs another task/);
  await stage.respond('before', requestId, 'done');
  await handle.result();
  assert.equal(await stateOf('before', 'twice'), 'COMPLETED');
  assert.deepEqual(merged('before'), ['other', 'epic']);
});

test('a forge that does not say whether a task was merged before is fixed by a person, and the task does not fail', async () => {
  let isLocked = false;
  stage.play({
    takeTurn: handInAtOnce,
    isMergedBefore: () => {
      if (isLocked) throw ApplicationFailure.nonRetryable('Bad credentials', 'NotAuthenticated');
      return true;
    },
    mergePullRequest: (head) => {
      // As an earlier version of the factory called it.
      if (head.endsWith('/unsaid')) throw ApplicationFailure.nonRetryable('merged without these', 'NotAllowedNow');
    },
  });
  const handle = await stage.start('unsaid', { title: 'Unsaid', tasks: tasks({ unsaid: [], said: [] }) });
  const failed = await stage.asked('unsaid', 'failed-task', 'unsaid');
  isLocked = true;
  await stage.respond('unsaid', failed.requestId, 'retry');
  const first = await stage.asked('unsaid', 'question', 'unsaid');
  assert.match(first.question, /cannot go on: Bad credentials/);
  isLocked = false;
  await stage.respond('unsaid', first.requestId, 'retry');
  const { question, requestId } = await stage.asked('unsaid', 'question', 'unsaid');
  assert.match(question, /was merged before/);
  await stage.respond('unsaid', requestId, 'done');
  await handle.result();
});

test('a forge that refuses a push or a merge is fixed by a person, and nothing is done again for it', async () => {
  let isMended = false;
  const refuse = (type: string) => {
    if (!isMended) throw ApplicationFailure.nonRetryable('The rules of main say no', type);
  };
  stage.play({
    takeTurn: handInAtOnce,
    mergePullRequest: (head) => {
      if (head.endsWith('/held')) refuse('BranchProtected');
      if (head.endsWith('/aside')) refuse('PullRequestRetargeted');
      if (head.endsWith('/draft')) refuse('PullRequestDraft');
    },
    pushBranch: (key) => (key === 'shut' ? refuse('NotPermitted') : undefined) as undefined,
  });
  const handle = await stage.start('mend', {
    title: 'Mend',
    tasks: tasks({ held: [], aside: [], draft: [], shut: [], free: [] }),
    concurrency: 5,
  });
  const keys = ['held', 'aside', 'draft', 'shut'];
  const asked = await Promise.all(keys.map((key) => stage.asked('mend', 'question', key)));
  for (const { question } of asked) assert.match(question, /Task “Task \w+” cannot go on: The rules of main/);
  await waitFor(() => stage.log.includes('merge factory/mend/free'), { timeoutMs: 20_000 });
  isMended = true;
  for (const { requestId } of asked) await stage.respond('mend', requestId, 'retry');
  await handle.result();
  for (const key of keys) {
    const briefs = stage.log.filter((line) => line.startsWith(`brief ${key} `));
    assert.deepEqual(briefs, [`brief ${key} implement`, `brief ${key} review`]);
  }
});

test('approved work goes straight on to its merge when its task is tried again, on a lost host too', async () => {
  stage.play({
    takeTurn: handInAtOnce,
    mergeTarget: (key, run) => {
      if (key !== 'kept') return undefined;
      if (run === 1) throw ApplicationFailure.nonRetryable('The merge is broken', 'TaskFailed');
      if (run === 2) throw ApplicationFailure.nonRetryable('Host stage signed off', 'HostLost');
      return undefined;
    },
  });
  const handle = await stage.start('kept', { title: 'Kept', tasks: tasks({ kept: [], other: [] }) });
  const { requestId } = await stage.asked('kept', 'failed-task', 'kept');
  await stage.respond('kept', requestId, 'retry');
  await handle.result();
  const turns = stage.log.filter((line) => line.startsWith('turn ') && line.includes(' kept.kept.'));
  assert.deepEqual(turns, ['turn 1 of kept.kept.implement.1', 'turn 1 of kept.kept.review.1']);
  const worktrees = stage.log.filter((line) => line.startsWith('worktree kept of epoch'));
  assert.equal(worktrees.length, 3, 'a new life and a new place');
  assert.ok(merged('kept').includes('kept'));
});

test('with a person’s words approved work goes back to a Worker, who learns what came before', async () => {
  stage.play({
    takeTurn: handInAtOnce,
    mergeTarget: (key, run) => {
      if (key === 'words' && run === 1) throw ApplicationFailure.nonRetryable('no merge', 'TaskFailed');
      return undefined;
    },
  });
  const handle = await stage.start('words', { title: 'Words', tasks: tasks({ words: [], other: [] }) });
  const { requestId } = await stage.asked('words', 'failed-task', 'words');
  await stage.respond('words', requestId, 'retry', { comment: 'shorter, please' });
  await handle.result();
  const told = stage.log.filter((line) => /^(brief|told|before) words/.test(line));
  const again = ['before words: no merge: ', 'told words: shorter, please'];
  assert.deepEqual(told, [
    'brief words implement',
    'brief words review',
    'brief words feedback',
    ...again,
    'brief words review',
  ]);
});

test('another Worker takes up the round that the last one left, and so does the next life', async () => {
  let isFixed = false;
  stage.play({
    takeTurn: ({ purpose, agentId, turn }) => {
      if (purpose !== 'implement') return undefined;
      return isFixed || (agentId.endsWith('.1') && turn === 1) ? submitWork : words('refusal');
    },
    verify: (key) => key !== 'round' || isFixed,
  });
  const handle = await stage.start('round', { title: 'Round', tasks: tasks({ round: [], other: [] }) });
  const { requestId } = await stage.asked('round', 'failed-task', 'round');
  isFixed = true;
  await stage.respond('round', requestId, 'retry');
  await handle.result();
  const lines = stage.log.filter((line) => /^(brief|before) round/.test(line));
  const reasons = (attempt: number) =>
    [
      'the verification was red',
      ...Array.from(
        { length: attempt },
        (_, i) => `attempt ${i + 1} ended: The agent gave up: the model refused to go on`,
      ),
    ].join('; ');
  assert.deepEqual(lines, [
    'brief round implement',
    ...['brief round verification', 'brief round verification', `before round: -: ${reasons(1)}`],
    'brief round verification',
    `before round: 2 attempts failed, the last with: The agent gave up: the model refused to go on: ${reasons(2)}`,
    'brief round review',
  ]);
});
