/** Many who look ask once, and nobody gets an answer that is older than the question. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createThrottle } from '../../api/throttle.ts';

function counting(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const throttled = createThrottle<number>(1_000);
  const asked: string[] = [];
  const ask = (key: string) => throttled(key, async () => asked.push(key));
  return { ask, asked, tick: (ms: number) => t.mock.timers.tick(ms) };
}

test('the first is asked at once, and those who come soon after share the next answer', async (t) => {
  const { ask, asked, tick } = counting(t);
  assert.equal(await ask('main'), 1);
  tick(400);
  const early = [ask('main'), ask('main')];
  tick(599);
  await Promise.resolve();
  assert.equal(asked.length, 1);
  tick(1);
  assert.deepEqual(await Promise.all(early), [2, 2]);
  assert.equal(asked.length, 2);
  const late = ask('main');
  tick(1_000);
  assert.equal(await late, 3);
});

test('keys do not wait for each other, and who comes after a while is asked for at once', async (t) => {
  const { ask, asked, tick } = counting(t);
  await Promise.all([ask('main'), ask('next')]);
  tick(1_000);
  await ask('main');
  assert.deepEqual(asked, ['main', 'next', 'main']);
});

test('what fails is asked again', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const throttled = createThrottle<number>(1_000);
  await assert.rejects(throttled('main', async () => Promise.reject(new Error('away'))));
  const again = throttled('main', async () => 1);
  t.mock.timers.tick(1_000);
  assert.equal(await again, 1);
});
