/** How often what changes is read again: at once, then once for all that came meanwhile; a story seldom. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { keys, type QueryKey } from '../../web/data/changes.ts';
import { createRefetch } from '../../web/data/refetch.ts';

/** Somebody looks at a query that is answered at once; `reads` counts its answers. */
async function lookAt(t: TestContext, queryKey: QueryKey) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  let reads = 0;
  const observer = new QueryObserver(queries, { queryKey, queryFn: async () => (reads += 1) });
  t.after(observer.subscribe(() => {}));
  const settle = async () => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  await settle();
  const refetch = createRefetch(queries);
  return {
    reads: () => reads,
    change: () => refetch.these([queryKey]),
    async pass(ms: number) {
      for (let passed = 0; passed < ms; passed += 50) {
        t.mock.timers.tick(50);
        await settle();
      }
    },
  };
}

test('the first change is read at once, and all that come soon after are read together', async (t) => {
  const epic = await lookAt(t, keys.epic('shop'));
  epic.change();
  await epic.pass(50);
  assert.equal(epic.reads(), 2);
  for (let change = 0; change < 5; change += 1) epic.change();
  await epic.pass(300);
  assert.equal(epic.reads(), 3);
});

test('a story is read again every few seconds while its epic goes on, and once more after its last change', async (t) => {
  const story = await lookAt(t, keys.account('shop'));
  for (let change = 0; change < 100; change += 1) {
    story.change();
    await story.pass(100);
  }
  assert.equal(story.reads(), 4);
  story.change();
  await story.pass(3_200);
  assert.equal(story.reads(), 5);
});
