/** The supervisor: how many epics run at once, in which order, and what becomes of an escalation. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { type ActivityInterceptors, Worker } from '@temporalio/worker';
import { withHeartbeat } from '../../activities/heartbeat.ts';
import type { SeenPullRequest } from '../../workflows/contract/pull-request.ts';
import { waitFor } from '../support/wait-for.ts';
import { handInAtOnce, submitWork, tasks } from './answers.ts';
import { handsOn } from './hands.ts';
import { hang, keyOf, sha } from './names.ts';
import { openStage } from './stage.ts';

/** A process that asks for a slot on behalf of this epic dies once it has asked; that is noticed when `isNoticed`. */
let dying: { readonly epicId: string; readonly isNoticed: Promise<void> } | undefined;
function dieAfterAsking({ info }: Context): ActivityInterceptors {
  const isDying = ([asked]: unknown[]) =>
    info.activityType === 'requestAdmission' &&
    info.attempt === 1 &&
    (asked as { epicId: string }).epicId === dying?.epicId;
  return {
    inbound: {
      async execute(input, next) {
        const result = await next(input);
        if (!isDying(input.args)) return result;
        await withHeartbeat(() => dying?.isNoticed as Promise<void>);
        throw new Error('The process died');
      },
    },
  };
}

const stage = await openStage({ epicsAtOnce: 1, interceptors: { activity: [dieAfterAsking] } });
after(() => stage.close());

/** An epic that is in when its Worker takes a turn, and out when it is cancelled. */
function enter(id: string, priority: number) {
  stage.play({ takeTurn: () => new Promise(() => {}) });
  return stage.start(id, { title: id, priority, tasks: tasks({ only: [] }) });
}
const isIn = (id: string) =>
  waitFor(() => stage.log.includes(`turn 1 of ${id}.only.implement.1`), { timeoutMs: 40_000 });
async function leave(id: string): Promise<void> {
  await stage.handle(id).cancel();
  await assert.rejects(stage.handle(id).result());
}
const { changed } = handsOn(stage);
const isWaiting = (id: string) => waitFor(async () => (await stage.holdOf(id))?.kind === 'admission');
const supervisor = () => stage.client.workflow.getHandle('supervisor');
const status = () => supervisor().query<{ admitted: string[]; waiting: { epicId: string }[]; limit: number }>('status');
const isInLine = (id: string) => waitFor(async () => (await status()).waiting.some(({ epicId }) => epicId === id));

test('one epic at a time, the urgent first, and among equals in the order in which they came', async () => {
  await enter('first', 0);
  await isIn('first');
  for (const [id, priority] of [
    ['none', 0],
    ['low', 4],
    ['urgent', 1],
    ['urgent-too', 1],
  ] as const) {
    await enter(id, priority);
    await isInLine(id);
    await isWaiting(id);
  }
  const order = ['first', 'urgent', 'urgent-too', 'low', 'none'];
  for (const [index, id] of order.entries()) {
    await isIn(id);
    assert.deepEqual((await status()).admitted, [id]);
    assert.equal((await status()).waiting.length, order.length - index - 1);
    await leave(id);
  }
  await waitFor(async () => (await status()).admitted.length === 0);
});

test('a supervisor that was terminated is started by the next epic and still knows who runs', async () => {
  await enter('running', 0);
  await isIn('running');
  await supervisor().terminate('somebody cleaned up');
  await enter('later', 0);
  await isInLine('later');
  await waitFor(async () => (await status()).limit === 1);
  assert.deepEqual((await status()).admitted, ['running']);
  await isWaiting('later');
  await leave('running');
  await isIn('later');
  await leave('later');
});

test('an epic that waits for an approval lets the next one in', async () => {
  stage.play({});
  const waiting = { title: 'Waiting', tasks: tasks({ only: [] }), requireApproval: ['merge'] };
  const handle = await stage.start('waiting', waiting);
  await stage.asked('waiting', 'merge');
  await enter('next', 0);
  await isIn('next');
  assert.deepEqual((await status()).admitted, ['next']);
  await handle.signal('approve');
  await handle.result();
  await leave('next');
});

test('an epic of which all that runs waits for a person lets the next one in, and is counted again afterwards', async () => {
  const gate = Promise.withResolvers<void>();
  const asking = () => ({ kind: 'budget' as const, neededMicroUsd: 1, spentMicroUsd: 1, capMicroUsd: 1 });
  let raised = false;
  stage.play({
    takeTurn: async ({ agentId, purpose }) => {
      if (purpose !== 'implement') return undefined;
      if (agentId.startsWith('halves.works')) await gate.promise;
      return agentId.startsWith('halves.asks') && !raised ? asking() : submitWork;
    },
  });
  const halves = await stage.start('halves', { title: 'Halves', tasks: tasks({ asks: [], works: [] }) });
  const request = await stage.asked('halves', 'budget');
  assert.deepEqual((await status()).admitted, ['halves'], 'its other task works');
  gate.resolve();
  await stage.until(
    'halves',
    ({ tasks: all }) => all.find(({ task }) => task.key === 'works')?.status?.state === 'COMPLETED',
  );
  await waitFor(async () => (await status()).admitted.length === 0, { what: 'the admission to be given back' });
  await (await stage.start('between', { title: 'Between', tasks: tasks({ only: [] }) })).result();
  raised = true;
  await stage.update('halves', 'raiseBudget', { capUsd: 5 });
  assert.equal(request.kind, 'budget');
  await halves.result();
  const { events } = await supervisor().fetchHistory();
  const asked = (events ?? [])
    .map((event) => event.workflowExecutionSignaledEventAttributes)
    .filter((signal) => signal?.signalName === 'requestAdmission')
    .filter((signal) =>
      Buffer.from(signal?.input?.payloads?.[0]?.data ?? [])
        .toString()
        .includes('"halves"'),
    );
  assert.equal(asked.length, 2, 'it is counted again once it goes on');
});

test('an epic that waits for a person gives its place in the line back too, whenever it got it', async () => {
  let raised = false;
  const asking = () => ({ kind: 'budget' as const, neededMicroUsd: 1, spentMicroUsd: 1, capMicroUsd: 1 });
  stage.play({
    takeTurn: ({ agentId, purpose }) => {
      if (agentId.startsWith('holder.')) return new Promise(() => {});
      if (purpose !== 'implement') return undefined;
      return agentId.startsWith('queues.asks') && !raised ? asking() : submitWork;
    },
  });
  const input = { title: 'Queues', tasks: tasks({ asks: [], works: [] }), requireApproval: ['merge'] };
  const queues = await stage.start('queues', input);
  await stage.asked('queues', 'budget');
  await waitFor(async () => (await status()).admitted.length === 0, { what: 'the admission to be given back' });
  await stage.start('holder', { title: 'Holder', tasks: tasks({ only: [] }) });
  await isIn('holder');
  raised = true;
  await stage.update('queues', 'raiseBudget', { capUsd: 5 });
  await stage.asked('queues', 'merge');
  await waitFor(async () => (await status()).waiting.length === 0, { what: 'the place in the line to be given back' });
  await leave('holder');
  await waitFor(async () => (await status()).admitted.length === 0);
  // A word that comes too late is no slot, and after the answer the epic is counted.
  await queues.signal('admitted');
  await enter('holder-too', 0);
  await isIn('holder-too');
  assert.equal((await stage.status('queues')).admitted, false);
  await queues.signal('approve');
  await queues.result();
  await leave('holder-too');
});

test('an epic that waits for a person is given no slot by another try of a request that was granted', async () => {
  const noticed = Promise.withResolvers<void>();
  const isGranted = async () => (await stage.status('granted')).admitted;
  stage.play({
    takeTurn: handInAtOnce,
    mergeTarget: async (key, run) => {
      if (key !== 'epic' || run !== 2) return undefined;
      await waitFor(isGranted, { timeoutMs: 40_000 });
      return 'conflict';
    },
  });
  const input = { title: 'Granted', tasks: tasks({ x: [], y: [] }), requireApproval: ['merge'] };
  const handle = await stage.start('granted', input);
  const { requestId } = await stage.asked('granted', 'merge');
  dying = { epicId: 'granted', isNoticed: noticed.promise };
  await stage.respond('granted', requestId, 'approve');
  await stage.asked('granted', 'conflict');
  noticed.resolve();
  const isSettled = async () => {
    const { raw } = await handle.describe();
    return raw.pendingWorkflowTask == null && (raw.pendingActivities ?? []).length === 0;
  };
  await waitFor(isSettled, { timeoutMs: 40_000 });
  assert.deepEqual((await status()).admitted, []);
  assert.equal(await isGranted(), false);
  await leave('granted');
});

test('an epic whose question was overtaken is counted again while it works', async () => {
  const gate = Promise.withResolvers<boolean>();
  let byHand: Partial<SeenPullRequest> = {};
  stage.play({
    takeTurn: ({ agentId, purpose }) => (agentId.startsWith('beside.') ? hang() : handInAtOnce({ purpose })),
    readPullRequest: (head) => (keyOf(head) === 'epic' ? byHand : undefined),
    compareBranch: () => ({ kind: 'ahead', headSha: sha('theirs') }),
    verify: (key, run) => key !== 'epic' || run === 1 || gate.promise,
  });
  const input = { title: 'Pushed', tasks: tasks({ x: [], y: [] }), requireApproval: ['merge'] };
  const first = await stage.start('pushed', input).then(() => stage.asked('pushed', 'merge'));
  await stage.start('beside', { title: 'Beside', tasks: tasks({ only: [] }) });
  await isIn('beside');
  byHand = { headSha: sha('theirs') };
  await changed('pushed', 'epic');
  await isInLine('pushed');
  gate.resolve(true);
  await stage.askedAgain('pushed', first);
  await waitFor(async () => (await status()).waiting.length === 0, { what: 'the place in the line to be given back' });
  for (const id of ['pushed', 'beside']) await leave(id);
});

test('what passes by itself is retried twice without a person, and a person’s retry counts again', async () => {
  let failing = true;
  const runs: number[] = [];
  stage.play({
    takeTurn: handInAtOnce,
    prepareWorktree: (_, run) => {
      runs.push(run);
      if (failing) throw ApplicationFailure.nonRetryable('the forge is away', 'ForgeUnavailable');
    },
  });
  const handle = await stage.start('passing', { title: 'Passing', tasks: tasks({ only: [] }) });
  const first = await stage.asked('passing', 'failed-task');
  assert.match(first.question, /the forge is away/);
  assert.deepEqual(runs, [1, 2, 3]);
  await stage.respond('passing', first.requestId, 'retry');
  await stage.until('passing', ({ requests }) => requests.length === 2 && requests[1]?.state === 'open');
  assert.deepEqual(runs, [1, 2, 3, 4, 5, 6]);
  failing = false;
  await stage.update('passing', 'retryTask', { taskKey: 'only' });
  await handle.result();
  const log = await stage.decisions('passing');
  const settled = log.filter(({ actor }) => actor === 'SUPERVISOR').map(({ decision }) => decision);
  const round = ['only: retry', 'only: retry', 'only: ask_human'];
  assert.deepEqual(settled, [...round, ...round]);
});

test('a limit that is raised as the supervisor starts holds in whatever pieces its history is replayed', async () => {
  await supervisor()
    .terminate('somebody cleaned up')
    .catch(() => undefined);
  await stage.client.workflow.start('supervisorWorkflow', { workflowId: 'supervisor', taskQueue: 'factory', args: [] });
  await waitFor(async () => (await status()).limit === 1);
  await supervisor().signal('requestAdmission', { epicId: 'ghost-1', priority: 0, limit: 2 });
  await waitFor(async () => (await status()).admitted.length === 1);
  await supervisor().signal('requestAdmission', { epicId: 'ghost-2', priority: 0 });
  await waitFor(async () => (await status()).admitted.length === 2);
  const history = await supervisor().fetchHistory();
  const { workflowBundle } = stage;
  await Worker.runReplayHistory({ workflowBundle }, history, 'supervisor');
  for (const epicId of ['ghost-1', 'ghost-2']) await supervisor().signal('releaseAdmission', { epicId });
});

test('nothing that a sender writes can break the supervisor', async () => {
  await supervisor().signal('requestAdmission', { epicId: 'Not an id', priority: 9 });
  await supervisor().signal('escalate', 'help');
  await supervisor().signal('nonsense');
  await supervisor().signal('releaseAdmission', { epicId: 'nobody' });
  await enter('after-noise', 0);
  await isIn('after-noise');
  await leave('after-noise');
});
