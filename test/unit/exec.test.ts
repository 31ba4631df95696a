import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExecError, exec } from '../../exec.ts';

const sh = (script: string, options: Partial<Parameters<typeof exec>[0]> = {}) =>
  exec({ file: 'sh', args: ['-c', script, 'sh', '; echo "$(no)"'], ...options });

test('exit codes and signals are results, output is exact, arguments are no shell text', async () => {
  assert.deepEqual(await sh('printf "%s\\n\\n" "$1"; echo é >&2; exit 3'), {
    exitCode: 3,
    stdout: '; echo "$(no)"\n\n',
    stderr: 'é\n',
    truncated: false,
    timedOut: false,
  });
  assert.equal((await sh('kill -KILL $$')).exitCode, 137);
});

test('our environment stays here, but for what programs need', async () => {
  process.env.FACTORY_TEST_SECRET = 'do-not-show';
  const listed = (await sh('env', { env: { MORE: 'more', HOME: undefined } })).stdout;
  assert.match(listed, /^PATH=/m);
  assert.match(listed, /^MORE=more$/m);
  assert.doesNotMatch(listed, /do-not-show|^HOME=/m);
  assert.doesNotMatch(
    (await sh('env', { inherit: 'nothing', env: { PATH: process.env.PATH } })).stdout,
    /do-not-show|HOME/,
  );
  assert.match((await sh('env', { inherit: 'all' })).stdout, /do-not-show/);
});

test('stdin is empty or what is given', async () => {
  assert.equal((await sh('cat')).stdout, '');
  assert.equal((await sh('cat', { input: 'given\n' })).stdout, 'given\n');
});

test('a time limit and an output cap end the program and its children', async () => {
  const late = await sh('(sleep 60; echo late) & wait', { timeoutMs: 100 });
  assert.deepEqual([late.timedOut, late.stdout], [true, '']);
  const long = await sh('yes & wait', { maxBytes: 100 });
  assert.deepEqual([long.truncated, long.stdout.length], [true, 100]);
});

test('an abort ends the program and is thrown as it was given', async () => {
  const reason = new Error('enough');
  const controller = new AbortController();
  const running = sh('sleep 60', { signal: controller.signal });
  controller.abort(reason);
  await assert.rejects(running, (error) => error === reason);
  await assert.rejects(sh('true', { signal: controller.signal }), (error) => error === reason);
});

test('what cannot be started says why', async () => {
  await assert.rejects(exec({ file: 'no-such-program' }), (error) => error instanceof ExecError && error.notFound);
  await assert.rejects(sh('true', { cwd: '/no/such/folder' }), (error) => {
    return error instanceof ExecError && !error.notFound && /\/no\/such\/folder does not exist/.test(error.message);
  });
});

test('a limit without progress ends what stands still, and nothing that writes or computes', async () => {
  const still = await sh('echo begun; sleep 60 & wait', { idleMs: 200 });
  assert.deepEqual([still.timedOut, still.stdout], [true, 'begun\n']);
  const writes = await sh('for i in 1 2 3 4 5 6 7 8; do sleep 0.1; echo $i >&2; done', { idleMs: 400 });
  assert.deepEqual([writes.timedOut, writes.exitCode], [false, 0]);
  if (process.platform !== 'linux') return;
  const computes = await sh('timeout 1 sh -c "while :; do :; done"; echo done', { idleMs: 400 });
  assert.deepEqual([computes.timedOut, computes.stdout], [false, 'done\n']);
});

test('stderr is passed on as it comes', async () => {
  let seen = '';
  const { stderr } = await sh('echo a >&2; read line', { input: 'x\n', onStderr: (text) => (seen += text) });
  assert.deepEqual([seen, stderr], ['a\n', 'a\n']);
});
