/** What keeps the processes small that only wait. */
import assert from 'node:assert/strict';
import { getCompileCacheDir } from 'node:module';
import { test } from 'node:test';
import { loadConfig } from '../../config/config.ts';
import { partsOf } from '../../local/stack/parts.ts';
import { trimHeap } from '../../trim-heap.ts';

test('what starting took is given back to the machine', () => {
  let garbage: number[][] | undefined = Array.from({ length: 400_000 }, (_, i) => [i, i, i]);
  assert.equal(garbage.length, 400_000);
  garbage = undefined;
  const before = process.memoryUsage().heapTotal;
  trimHeap();
  assert.ok(before - process.memoryUsage().heapTotal > 15_000_000);
  assert.equal(globalThis.gc, undefined);
});

test('the parts of a stack share the compile cache of their launcher', async () => {
  const given = process.env.NODE_COMPILE_CACHE;
  assert.ok(given !== undefined && getCompileCacheDir()?.startsWith(given));
  delete process.env.NODE_COMPILE_CACHE;
  try {
    const [api] = partsOf(loadConfig({}), { without: ['postgres', 'temporal', 'worker'] }, undefined);
    assert.equal((await api?.command())?.env?.NODE_COMPILE_CACHE, given);
  } finally {
    process.env.NODE_COMPILE_CACHE = given;
  }
});
