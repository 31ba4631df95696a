/** What keeps the processes small that only wait. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../../config/config.ts';
import { absolute, PROJECT_DIR } from '../../config/files.ts';
import { exec } from '../../exec.ts';
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

test('what runs the stack holds no client of Temporal, which is larger than all that it needs', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'factory-launcher-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'loaded.json');
  const args = [
    `--import=${absolute('test/support/loaded-modules-process.ts')}`,
    '-e',
    "import('./local/stack/stack.ts')",
  ];
  const { exitCode, stderr } = await exec({
    ...{ file: process.execPath, args, cwd: PROJECT_DIR },
    env: { ...process.env, LOADED_MODULES: file },
  });
  assert.equal(exitCode, 0, stderr);
  const loaded = JSON.parse(readFileSync(file, 'utf8')) as string[];
  assert.ok(loaded.some((url) => url.endsWith('/local/stack/parts.ts')));
  assert.deepEqual(
    loaded.filter((url) => /node_modules\/(@temporalio\/(client|proto)|@grpc)\//.test(url)),
    [],
  );
});
