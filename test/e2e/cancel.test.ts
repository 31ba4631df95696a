/** Cancelled in the middle of commands that do not want to end: nothing runs on, and nothing written is lost. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { isRunning, startedAt } from '../../local/stack/process.ts';
import { commandScenario } from '../support/command-scenario.ts';
import { type Factory, startFactory } from '../support/factory.ts';
import { waitFor } from '../support/wait-for.ts';

const notes = mkdtempSync(path.join(tmpdir(), 'cancel-'));
const pidFile = (name: string) => path.join(notes, name);

/** Each writes into the worktree, notes its process and goes on for longer than any test. */
const COMMANDS = {
  deaf: `echo half > half.txt; trap '' TERM INT HUP; echo $$ > ${pidFile('deaf')}; while :; do sleep 1; done`,
  child: [
    'echo half > half.txt',
    `setsid sh -c "trap '' TERM HUP; echo \\$\\$ > ${pidFile('child')}; while :; do sleep 1; done" &`,
    `echo $$ > ${pidFile('parent')}; sleep 600`,
  ].join('\n'),
};
let factory: Factory;

before(async () => {
  // Its commands are watched through files outside their worktrees, which no sandbox lets them write.
  const variables = { SANDBOX: 'off' };
  factory = await startFactory({ variables, model: { scenario: commandScenario({ 'Never end': COMMANDS }) } });
});
after(async () => {
  await factory?.end();
  rmSync(notes, { recursive: true, force: true });
});

const processOf = (name: string) =>
  waitFor(
    () => {
      const pid = Number(readFileSync(pidFile(name), 'utf8'));
      const started = startedAt(pid);
      return pid > 0 && started !== undefined ? { pid, started } : undefined;
    },
    { timeoutMs: 60_000, what: `the process ${name}` },
  );

test('five seconds after a cancel nothing of it runs, not even what ignores signals or has left its session', async () => {
  const tasks = Object.keys(COMMANDS).map((key) => ({ key, title: `Be ${key}` }));
  await factory.submit({ title: 'Never end', tasks }, 'endless');
  const processes = await Promise.all(['deaf', 'child', 'parent'].map(processOf));

  const cancelled = await factory.cli('cancel', 'endless', '--yes', '--by', 'test');
  assert.equal(cancelled.exitCode, 0, cancelled.stderr);
  await waitFor(() => !processes.some(isRunning), { timeoutMs: 5_000, what: 'the end of every process' });
});

test('states are final everywhere', async () => {
  const epic = await factory.until('endless', 'CANCELLED', ({ state }) => state === 'CANCELLED', 20_000);
  assert.deepEqual(
    epic.tasks.map(({ key, state, hold }) => [key, state, hold]),
    [
      ['deaf', 'CANCELLED', null],
      ['child', 'CANCELLED', null],
    ],
  );
  assert.deepEqual(epic.requests, []);
  for (const { key } of epic.tasks) {
    const { data: task } = await factory.api.GET('/tasks/{id}', { params: { path: { id: `endless.${key}` } } });
    assert.deepEqual(
      task?.agents.map(({ state }) => state),
      ['CANCELLED'],
    );
  }
  for (const id of ['epic-endless', 'epic-endless/task-deaf', 'agent-endless.child.implement.1']) {
    const { status } = await factory.temporal.workflow.getHandle(id).describe();
    assert.equal(status.name, 'CANCELLED', id);
  }
  const held = await factory.db.selectFrom('placements').select('holder').where('held', '=', true).execute();
  assert.deepEqual(held, []);
  assert.deepEqual(await factory.sessions(), []);
});

test('the worktrees are there with what was not committed', async () => {
  for (const key of Object.keys(COMMANDS)) {
    const { data: task } = await factory.api.GET('/tasks/{id}', { params: { path: { id: `endless.${key}` } } });
    assert.equal(readFileSync(path.join(task?.worktree ?? '', 'half.txt'), 'utf8'), 'half\n');
  }
});
