/** That Temporal is away reaches those who follow the events, and that it is back; a moment without an answer is no news. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Client } from '@temporalio/client';
import { createTemporalWatch } from '../../api/temporal-watch.ts';

function createStage(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const temporal = { isAway: false, asked: 0 };
  const getSystemInfo = async () => {
    temporal.asked += 1;
    if (temporal.isAway) throw new Error('away');
  };
  const withDeadline = (_: number, ask: () => Promise<unknown>) => ask();
  const watch = createTemporalWatch({
    temporal: { workflowService: { getSystemInfo }, withDeadline } as unknown as Client,
  });
  const looks = async (times: number) => {
    for (let look = 0; look < times; look += 1) {
      t.mock.timers.tick(5_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const told: boolean[] = [];
  return { temporal, looks, told, follow: () => watch.follow((answers) => told.push(answers)) };
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
  assert.deepEqual(told, [false]);
  await looks(3);
  temporal.isAway = false;
  await looks(2);
  assert.deepEqual(told, [false, true]);
});

test('who comes while it is away is told at once', async (t) => {
  const { temporal, looks, told, follow } = createStage(t);
  follow();
  temporal.isAway = true;
  await looks(2);
  follow();
  assert.deepEqual(told, [false, false]);
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
