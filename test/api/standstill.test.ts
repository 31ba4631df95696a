/** That nothing can go on reaches those who follow the events, and that it can again; a moment without an answer is no news. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Client } from '@temporalio/client';
import { POLLED, readPollers } from '../../api/pollers.ts';
import { createStandstillWatch } from '../../api/standstill.ts';
import type { FactoryPause } from '../../db/reads/factory-pause.ts';

function createStage(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const temporal = {
    isAway: false,
    unpolled: '',
    asked: 0,
    answer: Promise.resolve(),
    pause: null as FactoryPause | null,
  };
  const describeTaskQueue = async ({ taskQueue: { name } }: { taskQueue: { name: string } }) => {
    if (name === 'hosts') temporal.asked += 1;
    await temporal.answer;
    if (temporal.isAway) throw new Error('away');
    return { pollers: name === temporal.unpolled ? [] : [{ identity: 'one', lastAccessTime: { seconds: 1e12 } }] };
  };
  const withDeadline = (_: number, ask: () => Promise<unknown>) => ask();
  const watch = createStandstillWatch({
    temporal: {
      workflowService: { describeTaskQueue },
      withDeadline,
      options: { namespace: 'default' },
    } as unknown as Client,
    readPause: async () => temporal.pause,
  });
  const looks = async (times: number) => {
    for (let look = 0; look < times; look += 1) {
      t.mock.timers.tick(5_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const told: (string | null)[] = [];
  const follow = () => watch.follow((news) => told.push(news === null ? null : [news.cause, ...news.queues].join(' ')));
  return { temporal, looks, told, follow, watch };
}

test('two looks without an answer are told, one is not, and the first with one is told', async (t) => {
  const { temporal, looks, told, follow } = createStage(t);
  follow();
  temporal.isAway = true;
  await looks(1);
  temporal.isAway = false;
  await looks(1);
  assert.deepEqual(told, []);
  temporal.isAway = true;
  await looks(2);
  assert.deepEqual(told, ['temporal']);
  await looks(3);
  temporal.isAway = false;
  await looks(2);
  assert.deepEqual(told, ['temporal', null]);
});

test('a pause is told with the first look, another one again, and not while Temporal is away', async (t) => {
  const { temporal, looks, told, follow } = createStage(t);
  follow();
  temporal.pause = { by: 'ann', comment: null, since: '2026-01-02T03:04:05.000Z' };
  await looks(2);
  assert.deepEqual(told, ['paused']);
  temporal.pause = { by: 'bob', comment: 'a leak', since: '2026-01-02T03:05:05.000Z' };
  await looks(2);
  assert.deepEqual(told, ['paused', 'paused']);
  temporal.isAway = true;
  await looks(2);
  assert.deepEqual(told, ['paused', 'paused', 'temporal']);
  temporal.isAway = false;
  await looks(1);
  temporal.pause = null;
  await looks(1);
  assert.deepEqual(told, ['paused', 'paused', 'temporal', 'paused', null]);
});

test('a client that connects while Temporal is away is told at once', async (t) => {
  const { temporal, looks, told, follow } = createStage(t);
  follow();
  temporal.isAway = true;
  await looks(2);
  follow();
  assert.deepEqual(told, ['temporal', 'temporal']);
});

test('nothing is asked before somebody follows, nor after the last has left', async (t) => {
  const { temporal, looks, follow } = createStage(t);
  await looks(3);
  assert.equal(temporal.asked, 0);
  const [first, second] = [follow(), follow()];
  await looks(2);
  assert.equal(temporal.asked, 2);
  first();
  await looks(1);
  assert.equal(temporal.asked, 3);
  second();
  await looks(3);
  assert.equal(temporal.asked, 3);
});

test('a client that reconnects while Temporal is away is told with the first look, and since when', async (t) => {
  const { temporal, looks, told, watch } = createStage(t);
  const since: unknown[] = [];
  const follow = () =>
    watch.follow((news) => {
      told.push(news?.cause ?? null);
      since.push(news?.since);
    });
  const leave = follow();
  temporal.isAway = true;
  await looks(2);
  leave();
  follow();
  assert.deepEqual(told, ['temporal'], 'it may be back by now');
  t.mock.timers.tick(0);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(told, ['temporal', 'temporal']);
  assert.ok(typeof since[0] === 'string' && since[0] === since[1]);
});

test('a look under way when the last one left is the only one', async (t) => {
  const { temporal, looks, follow } = createStage(t);
  const leave = follow();
  const answer = Promise.withResolvers<void>();
  temporal.answer = answer.promise;
  await looks(1);
  leave();
  follow();
  answer.resolve();
  await looks(0);
  await new Promise((resolve) => setImmediate(resolve));
  const before = temporal.asked;
  await looks(3);
  assert.equal(temporal.asked - before, 3);
});

test('a queue that nobody polls is named, and another cause takes its place once it was seen twice', async (t) => {
  const { temporal, looks, told, follow } = createStage(t);
  follow();
  temporal.unpolled = 'model';
  await looks(2);
  temporal.isAway = true;
  await looks(1);
  assert.deepEqual(told, ['workers model']);
  await looks(1);
  temporal.isAway = false;
  temporal.unpolled = '';
  await looks(1);
  assert.deepEqual(told, ['workers model', 'temporal', null]);
});

test('a worker process that has polled and does not now is busy or gone, and is not counted as one that never was', async () => {
  const secondsAgo = (seconds: number) => ({ seconds: Math.floor(Date.now() / 1_000) - seconds });
  const pollers = [
    { identity: 'asks', lastAccessTime: secondsAgo(30) },
    { identity: 'busy', lastAccessTime: secondsAgo(120) },
  ];
  // Workflow tasks are polled by both, activities by one.
  const describeTaskQueue = async ({ taskQueueType }: { taskQueueType: number }) => ({
    pollers: taskQueueType === 1 ? pollers.map((one) => ({ ...one, lastAccessTime: secondsAgo(1) })) : pollers,
  });
  const temporal = { workflowService: { describeTaskQueue }, options: { namespace: 'default' } } as unknown as Client;
  assert.deepEqual(await readPollers(temporal, POLLED[0]), { polling: 1, quiet: 1 });
});
