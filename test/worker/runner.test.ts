/** The process that starts programs for a worker process, when it cannot be started itself. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { absolute } from '../../config/files.ts';
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

test('it has our compile cache and none of our keys', { skip: process.platform !== 'linux' }, async () => {
  const { stdout } = await exec({ file: 'sh', args: ['-c', String.raw`tr '\0' '\n' < /proc/$PPID/environ`] });
  const given = process.env.NODE_COMPILE_CACHE;
  assert.ok(given !== undefined && stdout.split('\n').includes(`NODE_COMPILE_CACHE=${given}`), stdout);
  assert.ok('FACTORY_TEST_POSTGRES_URL' in process.env && !/^FACTORY_/m.test(stdout), stdout);
});

test('with too many open files a call fails with that, and the worker process lives on', async () => {
  const program = `
    import { closeSync, openSync } from 'node:fs';
    import { exec } from './exec.ts';
    import { startRunner } from './worker/runner.ts';
    const open = [];
    try {
      for (;;) open.push(openSync('/dev/null'));
    } catch {}
    startRunner();
    const failed = await exec({ file: 'true' }).catch(({ message }) => message);
    for (const file of open) closeSync(file);
    const { exitCode } = await exec({ file: 'true' });
    console.log(JSON.stringify({ failed, exitCode }));`;
  const limited = 'ulimit -n 100 && exec "$0" "$@"';
  const args = ['-c', limited, process.execPath, '--input-type=module', '--eval', program];
  const { stdout, stderr } = await promisify(execFile)('sh', args, { cwd: absolute('.') });
  const { failed, exitCode } = JSON.parse(stdout || '{}');
  assert.match(failed, /cannot be started: .*EMFILE/, stderr);
  assert.equal(exitCode, 0);
});
