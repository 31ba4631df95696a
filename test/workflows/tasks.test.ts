/** The task graph at work: the limit, the order, what holds each waiting task, and what a failure leaves behind. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { waitFor } from '../support/wait-for.ts';
import { handInAtOnce, tasks, words } from './answers.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());

const rows = (epicId: string) =>
  stage.db.selectFrom('tasks').select(['key', 'state', 'hold']).where('epic_id', '=', epicId).execute();
const holdOf = ({ hold }: { hold: unknown }) => hold as { kind: string; reason: string } | null;

test('of ten tasks never more than four run, none is lost, and each starts after its blockers', {
  timeout: 120_000,
}, async () => {
  const graph: Record<string, string[]> = {};
  for (let i = 0; i < 10; i += 1) {
    const needs = i < 6 ? [] : [`t${(i * 7) % i}`, `t${(i * 11 + 3) % i}`];
    graph[`t${i}`] = [...new Set(needs)];
  }
  const gate = Promise.withResolvers<void>();
  const running = new Set<string>();
  const done: string[] = [];
  const problems: string[] = [];
  let most = 0;
  stage.play({
    prepareWorktree: (key) => {
      running.add(key);
      most = Math.max(most, running.size);
      const missing = graph[key]?.filter((needed) => !done.includes(needed)) ?? [];
      if (missing.length > 0) problems.push(`${key} started before ${missing.join()}`);
    },
    takeTurn: async ({ purpose }) => {
      await gate.promise;
      return handInAtOnce({ purpose });
    },
    mergePullRequest: (head) => {
      const key = head.split('/').at(-1) ?? '';
      if (key !== 'epic') done.push(key);
      running.delete(key);
    },
  });
  const handle = await stage.start('ten', { title: 'Ten', tasks: tasks(graph) });
  await waitFor(() => running.size === 4, { timeoutMs: 20_000 });
  const waiting = await waitFor(async () => {
    const found = (await rows('ten')).filter(({ key }) => !running.has(key));
    return found.length === 6 && found.every(({ hold }) => hold !== null) && found;
  });
  for (const row of waiting) {
    const needs = graph[row.key] ?? [];
    const expected =
      needs.length === 0
        ? { kind: 'slot', reason: 'all 4 slots of the epic are taken' }
        : { kind: 'blocker', reason: `waits for ${needs.join(', ')}` };
    assert.deepEqual({ kind: holdOf(row)?.kind, reason: holdOf(row)?.reason }, expected, row.key);
  }
  gate.resolve();
  await handle.result();
  assert.deepEqual(problems, []);
  assert.equal(most, 4);
  assert.deepEqual(done.toSorted(), Object.keys(graph).toSorted());
  assert.ok((await rows('ten')).every(({ state, hold }) => state === 'COMPLETED' && hold === null));
});

test('while the epic is paused, that is what holds a task that could start', async () => {
  const [merging, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  stage.play({
    takeTurn: handInAtOnce,
    mergePullRequest: async (head) => {
      if (!head.endsWith('held/a')) return;
      merging.resolve();
      await gate.promise;
    },
  });
  const handle = await stage.start('held', { title: 'Held', tasks: tasks({ a: [], b: ['a'] }) });
  await merging.promise;
  await stage.update('held', 'pause', { by: 'me' });
  gate.resolve();
  const hold = await waitFor(async () => {
    const found = await stage.holdOf('held', 'b');
    return found?.kind !== 'blocker' && found;
  });
  assert.deepEqual([hold.kind, hold.reason], ['pause', 'the epic is paused']);
  await stage.update('held', 'resume', { by: 'me' });
  await handle.result();
});

test('a failed task blocks what builds on it and nothing else, and then a person is asked', async () => {
  stage.play({
    takeTurn: ({ taskKey, purpose }) => (taskKey === 'bad' ? words('refusal') : handInAtOnce({ purpose })),
  });
  await stage.start('failing', {
    title: 'Failing',
    tasks: tasks({ bad: [], child: ['bad'], grandchild: ['child'], good: [] }),
  });
  const request = await stage.asked('failing', 'failed-task');
  assert.deepEqual(request.options, ['retry', 'adopt', 'skip', 'cancel']);
  assert.match(request.question, /2 attempts failed.*refused/);
  const found = await waitFor(async () => {
    const now = await rows('failing');
    return now.some(({ key, state }) => key === 'bad' && state === 'FAILED') && now;
  });
  const states = Object.fromEntries(found.map((row) => [row.key, [row.state, holdOf(row)?.reason ?? null]]));
  assert.deepEqual(states, {
    bad: ['FAILED', null],
    child: ['BLOCKED', '"bad" did not finish'],
    grandchild: ['BLOCKED', '"bad" did not finish'],
    good: ['COMPLETED', null],
  });
  const view = await stage.status('failing');
  assert.deepEqual([view.state, view.hold?.kind], ['BLOCKED', 'person']);
});

test('retryTask gives a failed task a new life with attempts of its own, and once only', async () => {
  const gate = Promise.withResolvers<void>();
  stage.play({
    takeTurn: async ({ purpose, taskKey }) => {
      if (taskKey === 'bad' && purpose === 'implement') await gate.promise;
      return handInAtOnce({ purpose });
    },
  });
  assert.equal((await stage.update('failing', 'retryTask', { taskKey: 'bad', by: 'me' })).changed, true);
  assert.equal((await stage.update('failing', 'retryTask', { taskKey: 'bad', by: 'me' })).changed, false);
  await waitFor(() => stage.log.includes('turn 1 of failing.bad.implement.3'));
  await waitFor(() => isTold('failing', 'bad', 3));
  assert.deepEqual(
    (await stage.status('failing')).requests.map(({ state }) => state),
    ['answered'],
  );
  gate.resolve();
  await stage.handle('failing').result();
  assert.deepEqual(stage.merged('failing'), ['good', 'bad', 'child', 'grandchild', 'epic']);
  assert.ok(!stage.log.includes('turn 1 of failing.bad.implement.4'));
});

test('the attempt that is told is the agent’s own, also after a life that was ended from outside', async () => {
  const gate = Promise.withResolvers<void>();
  stage.play({
    takeTurn: async ({ purpose }) => {
      if (purpose === 'implement') await gate.promise;
      return handInAtOnce({ purpose });
    },
  });
  const handle = await stage.start('ended', { title: 'Ended', tasks: tasks({ only: [] }) });
  await waitFor(() => isTold('ended', 'only', 1));
  await stage.client.workflow.getHandle('epic-ended/task-only').terminate();
  const { requestId } = await stage.asked('ended', 'failed-task');
  await stage.respond('ended', requestId, 'retry');
  await waitFor(() => isTold('ended', 'only', 2));
  gate.resolve();
  await handle.result();
});

/** While the agent is at work. */
async function isTold(epicId: string, taskKey: string, attempt: number): Promise<boolean> {
  const row = await stage.taskRow(epicId, taskKey);
  return row?.attempt === attempt && row.phase === `attempt ${attempt} works`;
}
