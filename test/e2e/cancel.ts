/** Cancelled in the middle of commands that do not want to end: nothing runs on, and nothing written is lost. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { isRunning, startedAt } from '../../local/stack/process.ts';
import type { Factory } from '../support/factory.ts';
import { waitFor } from '../support/wait-for.ts';

const TITLE = 'Never end';
const pidFile = (notes: string, name: string) => path.join(notes, name);

/** Each writes into the worktree, notes its process in the folder and goes on for longer than any test. */
const commands = (notes: string) => ({
  deaf: `echo half > half.txt; trap '' TERM INT HUP; echo $$ > ${pidFile(notes, 'deaf')}; while :; do sleep 1; done`,
  child: [
    'echo half > half.txt',
    `setsid sh -c "trap '' TERM HUP; echo \\$\\$ > ${pidFile(notes, 'child')}; while :; do sleep 1; done" &`,
    `echo $$ > ${pidFile(notes, 'parent')}; sleep 600`,
  ].join('\n'),
});

/** For commandScenario; no sandbox may keep the commands from their folder. */
export const cancelledEpic = (notes: string) => ({ [TITLE]: commands(notes) });

/** Needs a stack on which nothing else runs. */
export function cancelTests(stack: { readonly factory: Factory; readonly notes: string }): void {
  const keys = Object.keys(commands(stack.notes));

  const processOf = (name: string) =>
    waitFor(
      () => {
        const pid = Number(readFileSync(pidFile(stack.notes, name), 'utf8'));
        const started = startedAt(pid);
        return pid > 0 && started !== undefined ? { pid, started } : undefined;
      },
      { timeoutMs: 60_000, what: `the process ${name}` },
    );

  test('five seconds after a cancel nothing of it runs, not even what ignores signals or has left its session', async () => {
    const tasks = keys.map((key) => ({ key, title: `Be ${key}` }));
    await stack.factory.submit({ title: TITLE, tasks }, 'endless');
    const processes = await Promise.all(['deaf', 'child', 'parent'].map(processOf));

    const cancelled = await stack.factory.cli('cancel', 'endless', '--yes', '--by', 'test');
    assert.equal(cancelled.exitCode, 0, cancelled.stderr);
    await waitFor(() => !processes.some(isRunning), { timeoutMs: 5_000, what: 'the end of every process' });
  });

  test('states are final everywhere', async () => {
    const epic = await stack.factory.until('endless', 'CANCELLED', ({ state }) => state === 'CANCELLED', 20_000);
    assert.deepEqual(
      epic.tasks.map(({ key, state, hold }) => [key, state, hold]),
      [
        ['deaf', 'CANCELLED', null],
        ['child', 'CANCELLED', null],
      ],
    );
    assert.deepEqual(epic.requests, []);
    for (const { key } of epic.tasks) {
      const { data: task } = await stack.factory.api.GET('/tasks/{id}', { params: { path: { id: `endless.${key}` } } });
      assert.deepEqual(
        task?.agents.map(({ state }) => state),
        ['CANCELLED'],
      );
    }
    for (const id of ['epic-endless', 'epic-endless/task-deaf', 'agent-endless.child.implement.1']) {
      const { status } = await stack.factory.temporal.workflow.getHandle(id).describe();
      assert.equal(status.name, 'CANCELLED', id);
    }
    const held = await stack.factory.db.selectFrom('placements').select('holder').where('held', '=', true).execute();
    assert.deepEqual(held, []);
    assert.deepEqual(await stack.factory.sessions(), []);
  });

  test('the worktrees are there with what was not committed', async () => {
    for (const key of keys) {
      const { data: task } = await stack.factory.api.GET('/tasks/{id}', { params: { path: { id: `endless.${key}` } } });
      assert.equal(readFileSync(path.join(task?.worktree ?? '', 'half.txt'), 'utf8'), 'half\n');
    }
  });
}
