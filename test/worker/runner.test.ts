/** The process that starts programs for a worker process, when it cannot be started itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exec } from '../../exec.ts';
import { startRunner } from '../../worker/runner.ts';

test('one that cannot be started fails the call that waits for it, and the next call starts another', async () => {
  const node = process.execPath;
  process.execPath = '/nowhere/node';
  startRunner();
  process.execPath = node;
  await assert.rejects(exec({ file: 'true' }));
  assert.equal((await exec({ file: 'true' })).exitCode, 0);
});
