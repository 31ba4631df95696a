/** The merge lane of an epic: one task merges at a time, a conflict goes back to its Worker, and no task keeps the turn. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { lineWorkflowId } from '../../db/line-id.ts';
import { type AskTurn, type LineStatus, lineStatusQuery } from '../../workflows/contract/line.ts';
import { waitFor } from '../support/wait-for.ts';
import { answer, handInAtOnce, submitWork, tasks } from './answers.ts';
import { patiently } from './names.ts';
import { countMerging } from './script.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());
const { briefs, holdOf, merged } = stage;

/** The tasks that asked for their turn: the first to arrive has it, the others follow in the order of their places. */
const asked = async (epicId: string): Promise<string[]> => {
  const line = lineWorkflowId({ repository: 'example', branch: `factory/${epicId}/epic` });
  const history = await stage.client.workflow
    .getHandle(line)
    .fetchHistory()
    .catch(() => undefined);
  const asks = (history?.events ?? [])
    .map((event) => event.workflowExecutionSignaledEventAttributes)
    .filter((signal) => signal?.signalName === 'askTurn')
    .map((signal) => JSON.parse(Buffer.from(signal?.input?.payloads?.[0]?.data ?? []).toString()) as AskTurn);
  const [first, ...others] = asks;
  const order = [...(first === undefined ? [] : [first]), ...others.toSorted((a, b) => a.since - b.since)];
  return order.map(({ member }) => member.split('/task-')[1] ?? '');
};

test('two tasks that are approved at the same time merge one after the other, in the order in which they asked', async () => {
  const gate = Promise.withResolvers<void>();
  const { seen, script } = countMerging(gate.promise);
  stage.play({ takeTurn: handInAtOnce, ...script });
  const handle = await stage.start('queue', { title: 'Queue', tasks: tasks({ a: [], b: [], c: [] }) });
  await waitFor(async () => seen.inside === 1 && (await asked('queue')).length === 3, patiently);
  // A free line is given to whoever reaches it first, which of those that ask in the same moment may be any.
  const others = (await asked('queue')).filter((key) => key !== seen.first);
  for (const key of others) {
    await waitFor(async () => (await holdOf('queue', key))?.kind === 'lane', patiently);
  }
  gate.resolve();
  await handle.result();
  assert.equal(seen.most, 1);
  assert.deepEqual(merged('queue'), [seen.first, ...others, 'epic']);
});

test('a conflict goes back to the same Worker, and after the last round a person decides', async () => {
  let conflicts = true;
  stage.play({ takeTurn: handInAtOnce, mergeTarget: (key) => (key === 'clash' && conflicts ? 'conflict' : undefined) });
  const handle = await stage.start('conflicts', { title: 'Conflicts', tasks: tasks({ clash: [], calm: [] }) });
  const request = await stage.asked('conflicts', 'conflict', 'clash');
  assert.deepEqual(request.options, ['retry', 'resolve', 'skip', 'cancel']);
  assert.match(request.question, /conflict more than 2 times/);
  assert.deepEqual(briefs('clash'), ['implement', 'review', 'conflict', 'review', 'conflict', 'review']);
  assert.ok(!stage.log.some((line) => line.includes('conflicts.clash.implement.2')), 'a round is no new attempt');
  assert.deepEqual(merged('conflicts'), ['calm']);
  conflicts = false;
  await stage.respond('conflicts', request.requestId, 'resolve', { comment: 'I took both sides' });
  await handle.result();
  assert.equal(briefs('clash').at(6), 'feedback');
  assert.deepEqual(merged('conflicts'), ['calm', 'clash', 'epic']);
});

test('a conflict that is not settled goes back with what is missing, and the reason for keeping a side is kept', async () => {
  const binary = { path: 'logo.bin', kind: 'binary' as const, others: [], task: 'changed it', base: 'changed it' };
  const resolved = [{ path: 'logo.bin', keep: 'base' as const, because: 'the new brand' }];
  const work = { summary: 'done', commitMessage: 'Settle it' };
  stage.play({
    takeTurn: ({ purpose, turn }) => {
      if (purpose !== 'implement') return undefined;
      return turn < 3 ? submitWork : answer({ name: 'submit_work', input: { ...work, resolved } });
    },
    mergeTarget: (key, run) => (key === 'brand' && run === 1 ? 'conflict' : undefined),
    commitChange: (_, run, named) =>
      run === 2 || (run === 3 && named.length === 0) ? [{ ...binary, left: 'one', problem: 'untouched' }] : undefined,
  });
  const handle = await stage.start('settled', { title: 'Settled', tasks: tasks({ brand: [] }) });
  await handle.result();
  assert.deepEqual(briefs('brand'), ['implement', 'review', 'conflict', 'conflict', 'review']);
  assert.ok(stage.log.includes('told brand: logo.bin: untouched'));
  const settled = (await stage.decisions('settled')).filter(({ decision }) => decision.includes('logo.bin'));
  assert.deepEqual(
    settled.map(({ actor, decision, reason }) => [actor, decision, reason]),
    [['WORKER', 'brand settles logo.bin: keeps base', 'the new brand']],
  );
});

test('a task that is cancelled while it holds the lane frees it', async () => {
  const inLane = Promise.withResolvers<string>();
  stage.play({
    takeTurn: handInAtOnce,
    mergeTarget: async (key) => {
      if (key === 'epic') return undefined;
      const holder = await Promise.race([inLane.promise, Promise.resolve(undefined)]);
      if (holder !== undefined && holder !== key) return undefined;
      inLane.resolve(key);
      return new Promise(() => {});
    },
  });
  const handle = await stage.start('freed', { title: 'Freed', tasks: tasks({ f1: [], f2: [] }) });
  const holder = await inLane.promise;
  const other = holder === 'f1' ? 'f2' : 'f1';
  await waitFor(async () => (await holdOf('freed', other))?.kind === 'lane');
  await stage.update('freed', 'cancelTask', { taskKey: holder, by: 'me' });
  const request = await stage.asked('freed', 'failed-task', holder);
  assert.deepEqual(merged('freed'), [other]);
  await stage.respond('freed', request.requestId, 'skip');
  await handle.result();
  assert.deepEqual(merged('freed'), [other, 'epic']);
});

test('a base that moved before the merge is merged in and verified again, in the lane and for the epic', async () => {
  const prepared: string[] = [];
  stage.play({
    takeTurn: handInAtOnce,
    mergeTarget: (key) => {
      prepared.push(key);
      return undefined;
    },
    mergePullRequest: (head, run) => {
      // A forge that knows no base to expect may say no more than that there is a conflict.
      const type = head.endsWith('/m1') ? 'MergeConflict' : 'BaseMoved';
      if (run === 1) throw ApplicationFailure.nonRetryable('main is elsewhere', type);
    },
  });
  const handle = await stage.start('moved', { title: 'Moved', tasks: tasks({ m1: [], m2: [] }) });
  await handle.result();
  assert.deepEqual(merged('moved').toSorted(), ['epic', 'm1', 'm2']);
  assert.deepEqual(prepared.toSorted(), ['epic', 'epic', 'm1', 'm1', 'm2', 'm2']);
});

test('a pause that comes during the last look before the merge holds the merge, and not the turn', async () => {
  const [looking, seen] = [Promise.withResolvers<void>(), Promise.withResolvers<undefined>()];
  stage.play({
    takeTurn: handInAtOnce,
    readPullRequest: (head) => {
      if (!head.includes('/held/')) return undefined;
      looking.resolve();
      return seen.promise;
    },
  });
  const handle = await stage.start('held', { title: 'Held', tasks: tasks({ held: [] }), requireApproval: [] });
  await looking.promise;
  await stage.update('held', 'pause', { by: 'me' });
  await waitFor(async () => (await holdOf('held', 'held'))?.kind === 'pause', patiently);
  seen.resolve(undefined);
  const line = stage.client.workflow.getHandle(lineWorkflowId({ repository: 'example', branch: 'main' }));
  const hasTurn = async () => {
    const status = await line.query<LineStatus, []>(lineStatusQuery.name).catch(() => ({ members: [] }));
    return status.members.some(({ member }) => member.startsWith('epic-held/'));
  };
  await waitFor(async () => !(await hasTurn()), patiently);
  assert.deepEqual(merged('held'), []);
  await stage.update('held', 'resume', { by: 'me' });
  await handle.result();
  assert.deepEqual(merged('held'), ['held']);
});

test('a pull request that somebody else pushed to is a person’s matter, not a loop', async () => {
  stage.play({
    takeTurn: handInAtOnce,
    mergePullRequest: (_, run) => {
      if (run === 1) throw ApplicationFailure.nonRetryable('the head is elsewhere', 'HeadMoved');
    },
  });
  const handle = await stage.start('pushed', { title: 'Pushed', tasks: tasks({ only: [] }) });
  const request = await stage.asked('pushed', 'failed-task');
  assert.match(request.question, /the head is elsewhere/);
  await stage.respond('pushed', request.requestId, 'retry');
  await handle.result();
  assert.deepEqual(merged('pushed'), ['only']);
});
