/** Long lives: epics, tasks and the supervisor are made to continue as new, often, and nothing is lost or done twice. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { TurnResult } from '../../activities/agent/take-turn.ts';
import type { SeenPullRequest } from '../../workflows/contract/pull-request.ts';
import { waitFor } from '../support/wait-for.ts';
import { handInAtOnce, submitPlan, submitWork, tasks } from './answers.ts';
import { countIgnored } from './count-ignored.ts';
import { handsOn } from './hands.ts';
import { keyOf, patiently, sha } from './names.ts';
import { countRuns, untilNextRun } from './runs.ts';
import { openStage } from './stage.ts';

const stage = await openStage({
  suggestContinueAsNewAt: 60,
  settings: { limits: { attempts: 2, rounds: 2, turns: 30 } },
});
after(() => stage.close());
const { briefs, merged } = stage;
const { changed } = handsOn(stage);
const runsOf = countRuns(stage.client);
const RED = { state: 'red' as const, failed: [{ name: 'build', log: 'no', redOnBase: false }] };

test('a planned epic with approvals, pauses and a budget completes, with every message heard', async () => {
  stage.play({
    takeTurn: ({ purpose, taskKey }): TurnResult | undefined => {
      if (purpose === 'plan') return submitPlan({ a: [], b: ['a'], c: ['a'], d: ['b', 'c'] });
      if (purpose === 'review') return undefined;
      if (taskKey !== 'c' || stage.log.includes('cap 2000000')) return submitWork;
      return { kind: 'budget', neededMicroUsd: 300_000, spentMicroUsd: 900_000, capMicroUsd: 1_000_000 };
    },
  });
  const handle = await stage.start('long', { title: 'Long', requireApproval: ['plan', 'merge'] });
  let noise = 0;
  const makeNoise = async (times: number) => {
    for (let i = 0; i < times; i += 1) await handle.signal('reject', { by: `noise-${noise++}`, requestId: 'none' });
  };
  const { requestId } = await stage.asked('long', 'plan');
  await makeNoise(10);
  await stage.respond('long', requestId, 'approve');
  await makeNoise(10);
  // The approval may be settled by the next run only; before it is, a plan cannot be revised.
  await stage.until('long', ({ state }) => state === 'IN_PROGRESS');
  // `a` may have started by then; all others wait for it.
  const { revisions = [] } = await stage.status('long');
  const rewired = tasks({ b: ['a'], c: ['a'], e: ['b'], d: ['b', 'c', 'e'] });
  await stage.update('long', 'revisePlan', {
    revision: revisions.at(-1)?.number,
    tasks: [...tasks({ a: [] }), ...rewired],
  });
  await stage.update('long', 'pause', {});
  await makeNoise(5);
  await stage.update('long', 'resume', {});
  const budget = await stage.asked('long', 'budget');
  await makeNoise(10);
  await stage.respond('long', budget.requestId, 'raise', { answer: '2' });
  await makeNoise(10);
  const first = await stage.asked('long', 'merge');
  const before = await runsOf('epic-long');
  // Messages that come while a person thinks do not fill one history; the next run waits on for the same answer.
  await waitFor(
    async () => {
      await makeNoise(5);
      return (await runsOf('epic-long')) > before;
    },
    { timeoutMs: 20_000 },
  );
  const merge = await stage.asked('long', 'merge');
  assert.deepEqual(merge, first);
  await stage.respond('long', merge.requestId, 'approve');
  await handle.result();

  assert.deepEqual(merged('long').toSorted(), ['a', 'b', 'c', 'd', 'e', 'epic']);
  assert.deepEqual([merged('long')[0], ...merged('long').slice(4)], ['a', 'd', 'epic']);
  assert.equal(stage.pullRequests.size, 6);
  const told = (await stage.status('long')).revisions?.map(({ number, changes }) => [number, changes.at(-1)]);
  assert.deepEqual(told?.at(-1), [2, 'changes d: dependencies'], 'revisions outlive a run');
  const heard = await stage.db
    .selectFrom('decision_log')
    .select('decision')
    .where('epic_id', '=', 'long')
    .where('actor', 'like', 'noise-%')
    .execute();
  assert.equal(countIgnored(heard), noise, 'every message is counted once, in whatever run it came');
  assert.deepEqual((await stage.epicRow('long'))?.state, 'COMPLETED');
  assert.ok((await runsOf('epic-long')) > 1, 'the epic continued as new');
});

test('a push that cannot be taken in is one question in any number of runs, which a merge by hand overtakes', {
  timeout: 120_000,
}, async () => {
  const gate = Promise.withResolvers<void>();
  const byHand: Record<string, Partial<SeenPullRequest>> = {};
  const tries: string[] = [];
  let looks = 0;
  let isRefused = true;
  stage.play({
    takeTurn: async ({ purpose }) => {
      if (purpose === 'implement') return submitWork;
      await gate.promise;
      return undefined;
    },
    readPullRequest: (head) => {
      looks += 1;
      return byHand[keyOf(head)];
    },
    compareBranch: (key) => {
      tries.push(key);
      if (isRefused) throw ApplicationFailure.nonRetryable('No right to read', 'NotAuthenticated');
      return { kind: 'ahead', headSha: sha('theirs') };
    },
  });
  const keys = ['done', 'taken'];
  const handle = await stage.start('unread', { title: 'Unread', tasks: tasks({ done: [], taken: [] }) });
  await waitFor(() => keys.every((key) => briefs(key).length === 2), patiently);
  for (const key of keys) {
    byHand[key] = { headSha: sha('theirs') };
    await changed('unread', key);
  }
  const requests = () => Promise.all(keys.map((key) => stage.asked('unread', 'question', key)));
  const [done, taken] = await requests();
  assert.match(taken?.question ?? '', /cannot go on: No right to read/);
  const before = looks;
  await untilNextRun(stage.client, 'unread');
  await waitFor(() => looks >= before + keys.length, patiently);
  assert.deepEqual(await requests(), [done, taken]);
  assert.deepEqual(tries.toSorted(), keys, 'the same push is not tried again before somebody answers');

  byHand.done = { state: 'merged', mergedSha: sha('by hand') };
  await changed('unread', 'done');
  const isWithdrawn = async () =>
    (await stage.status('unread')).requests.some(
      (request) => request.requestId === done?.requestId && request.state === 'withdrawn',
    );
  // On a busy machine more runs have used up the looks that come at once; the next one comes within a minute.
  await waitFor(isWithdrawn, { timeoutMs: 75_000, intervalMs: 500, what: 'the question to be withdrawn' });
  isRefused = false;
  gate.resolve();
  await stage.respond('unread', taken?.requestId ?? '', 'retry');
  await handle.result();
  assert.deepEqual(merged('unread').toSorted(), ['epic', 'taken']);
});

test('a task of many rounds keeps its pull request, its attempt and its count of rounds', async () => {
  stage.play({
    takeTurn: handInAtOnce,
    mergeTarget: (key, run) => (key === 'rounds' && run <= 2 ? 'conflict' : undefined),
    verify: (key, run) => key !== 'rounds' || run > 2,
    readChecks: (head, run) => (head.endsWith('/rounds') && run <= 2 ? RED : undefined),
  });
  await (await stage.start('rounds', { title: 'Rounds', tasks: tasks({ rounds: [], other: [] }) })).result();
  const row = await stage.taskRow('rounds', 'rounds');
  assert.deepEqual([row?.state, row?.attempt], ['COMPLETED', 1]);
  assert.deepEqual(row?.rounds, { verification: 2, review: 0, conflict: 2, checks: 2 });
  assert.equal([...stage.pullRequests.keys()].filter((head) => head.startsWith('factory/rounds/')).length, 3);
  assert.ok((await runsOf('epic-rounds/task-rounds')) > 1, 'the task continued as new');
});

test('a supervisor that hears many messages forgets none of those that wait for its word', async () => {
  // A turn that is taken keeps its epic admitted; a question to a person would not.
  stage.play({ takeTurn: () => new Promise(() => {}) });
  const supervisor = stage.client.workflow.getHandle('supervisor');
  const before = await runsOf('supervisor');
  const burst = async (from: number) => {
    for (let i = from; i < from + 25; i += 1) {
      await supervisor.signal('requestAdmission', { epicId: `ghost-${i}`, priority: 4 });
      await supervisor.signal('releaseAdmission', { epicId: `ghost-${i}` });
    }
  };
  const ids = ['heard-1', 'heard-2', 'heard-3'];
  const input = { title: 'Heard', tasks: tasks({ only: [] }) };
  await Promise.all([burst(0), burst(100), burst(200), ...ids.map((id) => stage.start(id, input))]);
  // Less than the minute after which an epic would ask again.
  const isIn = (id: string) => () => stage.log.includes(`turn 1 of ${id}.only.implement.1`);
  await Promise.all(ids.map((id) => waitFor(isIn(id), { timeoutMs: 40_000, intervalMs: 150 })));
  const { admitted, waiting } = await supervisor.query<{ admitted: string[]; waiting: unknown[] }>('status');
  assert.deepEqual([admitted.toSorted(), waiting], [ids, []]);
  assert.ok((await runsOf('supervisor')) > before, 'the supervisor continued as new');
  for (const id of ids) await stage.handle(id).cancel();
  await Promise.all(ids.map((id) => assert.rejects(stage.handle(id).result())));
});

test('a failure whose escalation was lost is escalated again by the next run', async () => {
  let escalations = 0;
  let isLost = true;
  stage.play({
    verify: (_, run) => run > 3,
    takeTurn: handInAtOnce,
    get isEscalationLost() {
      escalations += 1;
      return isLost;
    },
  });
  const handle = await stage.start('escalated', { title: 'Escalated', tasks: tasks({ only: [] }) });
  await waitFor(() => escalations === 1, { timeoutMs: 30_000 });
  isLost = false;
  const before = await runsOf('epic-escalated');
  const hasNewRun = async () => {
    for (let i = 0; i < 5; i += 1) await handle.signal('nonsense').catch(() => undefined);
    return (await runsOf('epic-escalated')) > before;
  };
  await waitFor(hasNewRun, { timeoutMs: 20_000 });
  const { requestId } = await stage.asked('escalated', 'failed-task');
  assert.equal(escalations, 2);
  await stage.respond('escalated', requestId, 'retry');
  await handle.result();
});
