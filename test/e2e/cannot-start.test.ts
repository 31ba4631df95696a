/** A stack that cannot start: each cause is answered with what to do, and nothing is left running. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { onPath } from '../../local/programs/find.ts';
import { spawnCli } from '../support/cli.ts';
import { required } from '../support/environment.ts';
import { processesIn, stackVariables } from '../support/stack.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'bad-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('a stack that cannot start says what to do, and leaves nothing running', async () => {
  const stateDir = path.join(folder, 'state');
  const env = await stackVariables(stateDir);
  const start = async (variables: Record<string, string>, remedy: RegExp) => {
    const { exitCode, stderr } = await spawnCli(['start'], { env: { ...env, ...variables } });
    assert.equal(exitCode, 1, stderr);
    assert.match(stderr, remedy);
    assert.equal(processesIn(stateDir).size, 0);
  };

  const taken = createServer().listen(Number(env.BACKEND_PORT), '127.0.0.1');
  await start({}, new RegExp(`Port ${env.BACKEND_PORT} for the API is taken .* set BACKEND_PORT to a free port`));
  taken.close();

  const theirs = new URL(required('FACTORY_TEST_POSTGRES_URL'));
  theirs.password = 'wrong';
  await start(
    { DATABASE_URL: theirs.href },
    /PostgreSQL at DATABASE_URL cannot be used: password authentication failed/,
  );
  await start({ DATABASE_URL: `postgres://factory@127.0.0.1:${env.POSTGRES_PORT}/x` }, /DATABASE_URL .*ECONNREFUSED/);

  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  for (const program of ['git', 'sh', 'id']) symlinkSync(onPath(program) ?? '', path.join(bin, program));
  await start({ PATH: bin }, /tmux.*not on PATH.*install tmux/s);
});
