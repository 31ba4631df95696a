/**
 * DESIGN §8, “started at most once”, by killing whoever takes part: the activity's process at eight moments, the
 * wrapper before and after each program that it runs, tmux itself; and by taking the journal away.
 */
import assert from 'node:assert/strict';
import { execFileSync, fork } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { runDurableCommand } from '../../activities/terminal/run-command.ts';
import { cookieOf } from '../../clients/terminal/journal.ts';
import { findWindow } from '../../clients/terminal/tmux.ts';
import { createTestTerminal, isGone, textOf } from '../support/terminal.ts';
import { waitFor } from '../support/wait-for.ts';

const realPath = process.env.PATH ?? '';
const host = createTestTerminal();
const shims = join(host.stateDir, 'shims');
const kills = join(host.stateDir, 'kills');
after(() => host.end());

const written = (file: string) => textOf(join(host.worktree, file)) ?? '';
const { pidIn } = host;

/** What the wrapper runs, as programs that kill it: the file `kills/<journal>` names the program and the moment. */
function installShims(names: readonly string[]): void {
  for (const folder of [shims, kills]) mkdirSync(folder, { recursive: true });
  const text = (name: string) => `#!/bin/sh
shim=$PATH; PATH='${realPath}'
strike() {
  [ "$(cat '${kills}'/"\${PWD##*/}" 2>/dev/null)" = "$1" ] || return 0
  rm '${kills}'/"\${PWD##*/}"
  pid=$PPID wrapper=
  while [ "$pid" -gt 1 ]; do
    grep -q wrapper.sh /proc/$pid/cmdline && wrapper=$pid
    pid=$(awk '/^PPid/ { print $2 }' /proc/$pid/status)
  done
  kill -s KILL "$wrapper"
  # Else it could still do what its wrapper died before.
  exit
}
strike '${name} before'
program=$(command -v ${name})
PATH=$shim "$program" "$@"
code=$?
strike '${name} after'
exit $code
`;
  for (const name of names) {
    writeFileSync(join(shims, name), text(name));
    chmodSync(join(shims, name), 0o755);
  }
}

test('wherever the wrapper is killed, the script ran at most once, and what is unknown is called interrupted', async (t) => {
  const programs = ['mkdir', 'setsid', 'grep', 'mv'];
  installShims(programs);
  // The tmux server, and so the wrapper, gets its PATH from whoever starts it.
  process.env.PATH = `${shims}:${realPath}`;
  t.after(() => {
    process.env.PATH = realPath;
    process.kill(serverPid());
  });
  const points = programs.flatMap((name) => [`${name} before`, `${name} after`]);
  const outcomes = await Promise.all(
    points.map(async (point) => {
      const name = point.replace(' ', '-');
      writeFileSync(join(kills, name), point);
      const command = host.command(name, `echo x >>${name}; echo out`);
      const result = await runDurableCommand(command);
      // The exit code is told a moment before the last kill.
      await waitFor(() => !existsSync(join(kills, name)), { what: `the kill ${point}` });
      assert.ok(['', 'x\n'].includes(written(name)), `${point}: ${written(name)}`);
      assert.deepEqual(await runDurableCommand(command), result, point);
      assert.ok(['', 'x\n'].includes(written(name)), `${point}, again: ${written(name)}`);
      return [point, result.interrupted ? 'interrupted' : `exit ${result.exitCode}`, written(name).trim()] as const;
    }),
  );
  const known = outcomes.filter(([, outcome]) => outcome !== 'interrupted');
  assert.deepEqual(known, [
    // It had not begun, so it could begin in another window; and it had told its exit code.
    ['mkdir before', 'exit 0', 'x'],
    ['mv after', 'exit 0', 'x'],
  ]);
});

test('whenever the process of the activity is killed, the next one gets the answer of the one run', async () => {
  const program = join(import.meta.dirname, '../support/run-command-process.ts');
  const once = async (moment: number) => {
    const name = `killed-${moment}`;
    const command = host.command(name, `echo x >>${name}; sleep 0.05; echo out`);
    const child = fork(program, [], { execArgv: [], serialization: 'advanced' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await new Promise((resolve) => child.once('message', resolve));
    child.send(command);
    await delay(moment * 12);
    child.kill('SIGKILL');
    await ended;
    const result = await runDurableCommand(command);
    assert.deepEqual([result.exitCode, result.output, written(name)], [0, 'out\n', 'x\n'], name);
  };
  const moments = Array.from({ length: 8 }, (_, i) => i);
  for (let i = 0; i < moments.length; i += 4) await Promise.all(moments.slice(i, i + 4).map(once));
});

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`a tmux server ended by ${signal} interrupts its commands, and the next command starts another`, async () => {
    const name = `server-${signal}`;
    const running = host.run(name, `echo $$ >${name}; echo so far; sleep 60`);
    const pid = await pidIn(name);
    process.kill(serverPid(), signal);
    const result = await running;
    assert.deepEqual([result.interrupted, result.exitCode], [true, undefined]);
    assert.match(result.output, /^so far\n/);
    await isGone(pid);
    assert.equal((await host.run(`${name}-next`, 'echo next')).output, 'next\n');
    assert.equal((await host.run(name, 'echo not again')).interrupted, true);
  });
}

test('a window that is closed by hand interrupts its command', async () => {
  const running = host.run('by-hand', 'echo $$ >by-hand; sleep 60');
  const pid = await pidIn('by-hand');
  const window = await findWindow(host.terminal, cookieOf(host.command('by-hand', '').journalDir));
  const panes = tmux('list-panes', '-a', '-F', '#{pane_pid} #{window_id}').split('\n');
  const id = panes.find((line) => line.startsWith(`${window?.pid} `))?.split(' ')[1] ?? '';
  tmux('kill-window', '-t', id);
  assert.equal((await running).interrupted, true);
  await isGone(pid);
});

test('without its journal a command that is marked as begun does not run again, and what runs of it ends', async () => {
  let isMarked = false;
  const set = async () => {
    isMarked = true;
  };
  const marked = (name: string, script: string) => host.run(name, script, { mark: { isSet: isMarked, set } });
  const script = 'echo x >>marked; echo $$ >marked-pid; sleep 60';
  const running = marked('marked', script).catch(() => undefined);
  const pid = await pidIn('marked-pid');
  assert.equal(isMarked, true, 'before it began');
  rmSync(host.command('marked', '').journalDir, { recursive: true });
  for (const _ of ['first', 'second']) assert.equal((await marked('marked', script)).interrupted, true);
  await isGone(pid);
  await running;
  assert.equal(written('marked'), 'x\n');
});

test('neither the tmux server nor any window of it holds a secret of who started it', async () => {
  process.env.FACTORY_TEST_SECRET = 'do-not-show';
  process.kill(serverPid(), 'SIGKILL');
  const running = host.run('secret', 'until [ -e secret-go ]; do sleep 0.02; done');
  const cookie = cookieOf(host.command('secret', '').journalDir);
  const window = await waitFor(() => findWindow(host.terminal, cookie), { what: 'the window' });
  const panes = tmux('list-panes', '-a', '-F', '#{pane_pid}').split('\n').map(Number);
  for (const pid of [serverPid(), window.pid, ...panes]) {
    assert.doesNotMatch(readFileSync(`/proc/${pid}/environ`, 'latin1'), /do-not-show/);
  }
  assert.doesNotMatch(tmux('show-environment', '-g') + tmux('show-environment', '-t', '=epic/task'), /do-not-show/);
  writeFileSync(join(host.worktree, 'secret-go'), '');
  assert.equal((await running).exitCode, 0);
});

const tmux = (...args: string[]) =>
  execFileSync('tmux', ['-S', host.terminal.socket, ...args], { encoding: 'utf8' }).trim();
const serverPid = () => Number(tmux('display-message', '-p', '#{pid}'));
