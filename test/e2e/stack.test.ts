/** The local stack with real processes: ready, killed, refused twice, orphaned, stopped, and an epic that sees none of it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { createClient } from '../../api/client/index.ts';
import { isRunning } from '../../local/stack/process.ts';
import { PARTS } from '../../local/stack/process-list.ts';
import { spawnCli } from '../support/cli.ts';
import { processesIn, stackVariables, startStack } from '../support/stack.ts';
import { waitFor } from '../support/wait-for.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'factory-stack-'));
const stateDir = path.join(folder, 'state');
// The pages' own server is for those who write them (`npm run dev`).
const parts = PARTS.filter((name) => name !== 'pages');
const everything = ['launcher', ...parts].sort();
let env: Record<string, string>;
let stack: ReturnType<typeof startStack>;

before(async () => {
  env = await stackVariables(stateDir);
  stack = startStack(env);
  await stack.ready();
});

after(async () => {
  await spawnCli(['stop', '--commands'], { env });
  rmSync(folder, { recursive: true, force: true });
});

const api = () => createClient(`http://127.0.0.1:${env.BACKEND_PORT}`);
const isReady = async () => (await api().GET('/health')).data?.ready === true;

test('all processes are listed and the factory is ready', async () => {
  assert.deepEqual([...processesIn(stateDir).keys()].sort(), everything);
  await waitFor(isReady, { timeoutMs: 20_000 });
});

test('a second stack in the same folder, or on the same ports, is refused with the remedy', async () => {
  const same = await spawnCli(['start'], { env });
  assert.equal(same.exitCode, 1);
  assert.match(same.stderr, new RegExp(`already runs in .* process ${stack.child.pid}\\)`));
  const ports = await spawnCli(['start'], { env: { ...env, STATE_DIR: path.join(folder, 'other') } });
  assert.equal(ports.exitCode, 1);
  for (const name of ['POSTGRES_PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT', 'BACKEND_PORT', 'FRONTEND_PORT']) {
    assert.match(ports.stderr, new RegExp(`Port ${env[name]} .* set ${name} `));
  }
  assert.equal(processesIn(stateDir).size, everything.length);
});

test('every process that is killed comes back, and an epic under way reaches its approval', async () => {
  const submitted = await spawnCli(['submit', '--title', 'Survive', '--key', 'survive', '--json'], { env });
  assert.equal(submitted.exitCode, 0, submitted.stderr);
  await waitFor(
    async () => (await api().GET('/epics/{id}', { params: { path: { id: 'survive' } } })).response.status === 200,
    {
      timeoutMs: 20_000,
    },
  );
  const killed = processesIn(stateDir);
  for (const part of parts) process.kill(killed.get(part)?.pid ?? 0, 'SIGKILL');
  await waitFor(
    () => {
      const now = processesIn(stateDir);
      return parts.every((part) => now.has(part) && now.get(part)?.pid !== killed.get(part)?.pid);
    },
    { timeoutMs: 30_000, what: 'five new processes' },
  );
  await waitFor(
    async () => {
      const { data } = await api().GET('/human-requests', { params: { query: { epicId: 'survive' } } });
      return data?.[0]?.kind === 'merge';
    },
    { timeoutMs: 90_000, intervalMs: 200, what: 'the merge request' },
  );
});

test('what a killed launcher leaves is ended by the next start, which goes on where it was', async () => {
  const orphans = processesIn(stateDir);
  process.kill(stack.child.pid ?? 0, 'SIGKILL');
  await stack.ended;
  assert.ok(parts.every((part) => isRunning(orphans.get(part) ?? { pid: 0, started: '' })));
  stack = startStack(env);
  await stack.ready();
  assert.match(stack.said(), /Ending worker \(process \d+\), left by a launcher/);
  assert.ok(parts.every((part) => !isRunning(orphans.get(part) ?? { pid: 0, started: '' })));
  const approved = await spawnCli(['approve', 'survive', '--yes'], { env });
  assert.equal(approved.exitCode, 0, approved.stderr);
  const watched = await spawnCli(['watch', 'survive'], { env });
  assert.equal(watched.exitCode, 0, watched.stderr);
});

test('Ctrl-C ends everything that is listed', async () => {
  const running = [...processesIn(stateDir).values()];
  assert.equal(running.length, everything.length);
  stack.child.kill('SIGINT');
  assert.equal(await stack.ended, 0);
  assert.deepEqual(running.filter(isRunning), []);
  assert.equal(processesIn(stateDir).size, 0);
});
