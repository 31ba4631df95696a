import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CancelledFailure } from '@temporalio/common';
import { createTerminalActivities } from '../../activities/terminal/end-commands.ts';
import { runDurableCommand } from '../../activities/terminal/run-command.ts';
import { isAlive } from '../../clients/is-alive.ts';
import { cookieOf } from '../../clients/terminal/journal.ts';
import { attachArgv, endSession, findWindow, listSessions, openWindow } from '../../clients/terminal/tmux.ts';
import { startedPrograms } from '../support/started-programs.ts';
import { createTestTerminal, isGone, textOf } from '../support/terminal.ts';
import { waitFor } from '../support/wait-for.ts';

const host = createTestTerminal();
after(() => host.end());

const { pidIn } = host;

test('the script reaches bash as it is, and its output and exit code come back as they are', async () => {
  const script = `echo "it's" '"quoted"' \\$HOME '$(no)' 😀 ';'\ncat <<'END'\n  two\tlines;\nEND\necho err >&2\n[[ -n $BASH ]] && exit 7`;
  const result = await host.run('as-it-is', script);
  assert.deepEqual(result, {
    exitCode: 7,
    output: `it's "quoted" $HOME $(no) 😀 ;\n  two\tlines;\nerr\n`,
    interrupted: false,
    timedOut: false,
    tooMuchOutput: false,
  });
});

test('a command has no stdin, no terminal, no arguments, its worktree and the environment of the allow-list', async () => {
  process.env.FACTORY_TEST_SECRET = 'do-not-show';
  const script = 'read x || echo "no stdin"; tty; (: </dev/tty) 2>/dev/null || echo "no tty"; echo "$#"; pwd; env';
  const { output } = await host.run('bare', script, { env: { FROM_POLICY: 'a b\n"c"' } });
  assert.ok(output.startsWith(`no stdin\nnot a tty\nno tty\n0\n${host.worktree}\n`), output);
  assert.ok(output.includes('FROM_POLICY=a b\n"c"\n'));
  assert.ok(output.includes('GIT_TERMINAL_PROMPT=0\n') && output.includes('TERM=dumb\n'));
  assert.doesNotMatch(output, /do-not-show|TMUX|node_modules\/\.bin/);
});

test('the tmux server was started without our environment, behind a folder of mode 0700', async () => {
  process.env.FACTORY_TEST_SECRET = 'do-not-show';
  await host.run('server-environment', 'true');
  const show = (...args: string[]) => execFileSync('tmux', ['-S', host.terminal.socket, ...args], { encoding: 'utf8' });
  assert.doesNotMatch(show('show-environment', '-g'), /do-not-show/);
  assert.equal(show('show-options', '-gv', 'update-environment').trim(), '');
  assert.equal(show('show-options', '-sv', 'exit-empty').trim(), 'off');
  assert.equal(statSync(join(host.terminal.socket, '..')).mode & 0o777, 0o700);
});

test('a command outlives the process that started it, and the next one takes it up', async () => {
  const script = 'echo began >>log; until [ -e go ]; do sleep 0.02; done; echo done >>log; echo out; exit 3';
  const { script: _, ...rest } = host.command('outlives', '');
  const module = join(import.meta.dirname, '../../activities/terminal/run-command.ts');
  const code = `import { runDurableCommand } from ${JSON.stringify(module)}; await runDurableCommand(${JSON.stringify({ ...rest, script })});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' });
  await waitFor(() => textOf(join(host.worktree, 'log')), { what: 'the beginning' });
  child.kill('SIGKILL');
  await new Promise((resolve) => child.on('exit', resolve));
  const second = runDurableCommand({ ...rest, script });
  const third = runDurableCommand({ ...rest, script });
  writeFileSync(join(host.worktree, 'go'), '');
  for (const result of await Promise.all([second, third])) {
    assert.deepEqual([result.exitCode, result.output], [3, 'out\n']);
  }
  assert.equal(textOf(join(host.worktree, 'log')), 'began\ndone\n');
  assert.equal((await runDurableCommand({ ...rest, script })).exitCode, 3);
  assert.equal(textOf(join(host.worktree, 'log')), 'began\ndone\n');
});

test('a command costs one call of tmux, and the end of its session one more', async () => {
  await host.run('called-first', 'true', { session: 'epic/calls' });
  const started = await startedPrograms(['tmux'], async () => {
    await host.run('called-second', 'true', { session: 'epic/calls' });
    await host.run('called-third', 'true', { session: 'epic/more' });
    await endSession(host.terminal, 'epic/calls');
  });
  const called = started.map((line) => [...line.matchAll(/(?:new|kill|list)-\w+/g)].flat());
  assert.deepEqual(called, [['new-window'], ['new-session', 'new-window'], ['list-panes', 'kill-session']]);
  // Somebody else ended it.
  execFileSync('tmux', ['-S', host.terminal.socket, 'kill-session', '-t', '=epic/more']);
  assert.equal((await host.run('called-fourth', 'true', { session: 'epic/more' })).exitCode, 0);
});

test('callers at the same time begin it once', async () => {
  const results = await Promise.all(Array.from({ length: 4 }, () => host.run('once', 'echo x >>once; cat once')));
  assert.deepEqual(
    results.map(({ output, exitCode }) => [exitCode, output]),
    Array(4).fill([0, 'x\n']),
  );
});

test('where tmux opens no window, values of secrets are not left in the journal', async () => {
  const path = process.env.PATH;
  process.env.PATH = host.worktree;
  const running = host.run('no-tmux', 'true', { secrets: { TOKEN: 'made up' } });
  await assert.rejects(running, { type: 'TerminalUnavailable', nonRetryable: true }).finally(() => {
    process.env.PATH = path;
  });
  const { journalDir } = host.command('no-tmux', '');
  assert.deepEqual(readdirSync(journalDir).toSorted(), ['launch', 'script']);
});

test('a wrapper that finds the command begun ends at once', async () => {
  const command = host.command('second', 'echo x >>second; until [ -e second-go ]; do sleep 0.02; done; cat second');
  const running = runDurableCommand(command);
  await waitFor(() => textOf(join(host.worktree, 'second')));
  const wrapper = join(import.meta.dirname, '../../clients/terminal/wrapper.sh');
  spawnSync('sh', [wrapper, cookieOf(command.journalDir), command.journalDir, '30'], { timeout: 5_000 });
  writeFileSync(join(host.worktree, 'second-go'), '');
  assert.equal((await running).output, 'x\n');
});

test('what began and neither ended nor runs is interrupted, and nothing of it is left', async () => {
  const running = host.run('interrupted', 'echo $$ >interrupted-pid; echo so far; sleep 60', {
    session: 'epic/interrupted',
  });
  const pid = await pidIn('interrupted-pid');
  const window = await findWindow(host.terminal, cookieOf(host.command('interrupted', '').journalDir));
  assert.ok(window !== undefined);
  process.kill(window.pid, 'SIGKILL');
  const first = await running;
  assert.deepEqual([first.interrupted, first.exitCode], [true, undefined]);
  assert.match(first.output, /^so far\n/);
  await isGone(pid, { timeoutMs: 5_000 });
  const again = await host.run('interrupted', 'echo not again');
  assert.deepEqual([again.interrupted, again.output], [true, first.output]);
});

test('the end of its session, or of the server, ends a command', async () => {
  const running = host.run('session-ends', 'echo $$ >session-pid; sleep 60', { session: 'epic/ends' });
  const pid = await pidIn('session-pid');
  const { endCommands } = createTerminalActivities(host);
  await endCommands({ epicId: 'epic', taskKey: 'ends' });
  await endCommands({ epicId: 'epic', taskKey: 'ends' });
  assert.equal(isAlive(pid), false);
  assert.equal((await running).interrupted, true);
  assert.ok(!(await listSessions(host.terminal)).includes('epic/ends'));
});

test('what a wrapper leaves when it loses its terminal ends with the session', async () => {
  const cookie = cookieOf('left');
  const script = `FACTORY_COMMAND=${cookie} setsid sleep 60 & echo $! >'${host.worktree}/left-pid'; wait`;
  const argv = ['sh', '-c', script, cookie];
  await openWindow(host.terminal, { session: 'epic/left', folder: host.worktree, name: 'left', argv });
  const pid = await pidIn('left-pid');
  await endSession(host.terminal, 'epic/left');
  assert.equal(isAlive(pid), false);
});

test('a command whose journal is deleted while it runs is interrupted, and not begun again', async () => {
  const script = 'echo begun >>begun; until [ -e goes-on ]; do sleep 0.05; done';
  const running = host.run('deleted', script);
  await waitFor(() => existsSync(join(host.worktree, 'begun')));
  rmSync(join(host.stateDir, 'journal/deleted'), { recursive: true });
  writeFileSync(join(host.worktree, 'goes-on'), '');
  assert.equal((await running).interrupted, true);
  assert.equal(textOf(join(host.worktree, 'begun')), 'begun\n');
});

test('the time limit ends everything that can be found, whoever waits', async () => {
  const script = `
    trap '' TERM
    setsid sh -c 'trap "" TERM; echo $$ >daemon-pid; sleep 60; sleep 60' &
    env -i sh -c 'echo $$ >bare-pid; sleep 60' &
    (setsid sleep 60 & echo $! >orphan-pid)
    echo waiting; sleep 60; sleep 60`;
  const startedAt = performance.now();
  const result = await host.run('time-limit', script, { timeoutMs: 500 });
  assert.ok(performance.now() - startedAt < 5_000);
  assert.deepEqual([result.timedOut, result.interrupted], [true, false]);
  assert.match(result.output, /^waiting\n/);
  for (const file of ['daemon-pid', 'bare-pid', 'orphan-pid']) assert.equal(isAlive(await pidIn(file)), false, file);
});

test('a cancellation ends the command and everything that can be found', async () => {
  const controller = new AbortController();
  const script = 'setsid sleep 60 & echo $! >cancelled-pid; sleep 60';
  const running = host.run('cancelled', script, { signal: controller.signal });
  const pid = await pidIn('cancelled-pid');
  const cancelledAt = performance.now();
  controller.abort(new CancelledFailure('CANCELLED'));
  await assert.rejects(running, CancelledFailure);
  assert.ok(performance.now() - cancelledAt < 2_000);
  assert.equal(isAlive(pid), false);
});

test('a command that was cancelled before it began never begins', async () => {
  const controller = new AbortController();
  const running = host.run('cancelled-early', 'echo began >cancelled-early', { signal: controller.signal });
  controller.abort(new CancelledFailure('CANCELLED'));
  await assert.rejects(running, CancelledFailure);
  const before = textOf(join(host.worktree, 'cancelled-early'));
  await host.run('cancelled-early', 'true').catch(() => undefined);
  assert.equal(textOf(join(host.worktree, 'cancelled-early')), before);
});

for (const [why, words] of [
  ['WORKER_SHUTDOWN', /worker process leaves/],
  ['PAUSED', /Temporal paused the activity; the command goes on/],
] as const) {
  test(`when its activity ends by ${why}, the command stays and is taken up`, async () => {
    const controller = new AbortController();
    const script = `echo x >>${why}; until [ -e ${why}-go ]; do sleep 0.02; done; echo stayed`;
    const running = host.run(why, script, { signal: controller.signal });
    await waitFor(() => textOf(join(host.worktree, why)));
    controller.abort(new CancelledFailure(why));
    await assert.rejects(running, { type: 'CommandInterrupted', nonRetryable: false, message: words });
    writeFileSync(join(host.worktree, `${why}-go`), '');
    assert.equal((await host.run(why, script)).output, 'stayed\n');
    assert.equal(textOf(join(host.worktree, why)), 'x\n');
  });
}

test('a background process ends with its command', async () => {
  const { output } = await host.run('background', 'sleep 60 & setsid sleep 60 & echo $! >background-pid; echo done');
  assert.equal(output, 'done\n');
  assert.equal(isAlive(await pidIn('background-pid')), false);
});

test('cwd and exported variables carry over, also from a command that failed, and SIGINT is not ignored', async () => {
  const carryDir = join(host.stateDir, 'carry');
  await host.run('carry-1', "mkdir -p sub; cd sub; export GREETING=$'it\\'s\\n\"me\"'; LOCAL=x; exit 1", { carryDir });
  const { output } = await host.run('carry-2', `pwd; echo "$GREETING"; echo "[\${LOCAL-}]"`, { carryDir });
  assert.equal(output, `${host.worktree}/sub\nit's\n"me"\n[]\n`);
  const other = await host.run('carry-3', `pwd; echo "[\${GREETING-}]"; sh -c 'trap "echo int" INT; kill -INT $$'`);
  assert.equal(other.output, `${host.worktree}\n[]\nint\n`);
  // The cookie of the first command must not be the second's, or its processes would not be found.
  await host.run('carry-4', 'setsid sleep 60 & echo $! >../carry-pid', { carryDir });
  assert.equal(isAlive(await pidIn('carry-pid')), false);
});

test('of a long output head and tail are kept', async () => {
  const { output } = await host.run('long', 'echo first; head -c 5000000 /dev/zero | tr "\\0" x; echo; echo last');
  assert.ok(output.length < 2.1 * 1024 * 1024);
  assert.match(output, /^first\nxxx[\s\S]*\n\[… \d+ of 5000012 bytes were cut out here …\]\nx[\s\S]*x\nlast\n$/);
});

test('window 0 shows the newest command, its output and its exit code, to a person who cannot type', async () => {
  const session = 'epic/shown';
  await host.run('shown/1', 'echo old', { session });
  await host.run('shown/2', 'echo "new $((40 + 2))"; exit 9', { session });
  const capture = () =>
    execFileSync('tmux', ['-S', host.terminal.socket, 'capture-pane', '-p', '-t', `=${session}:0`], {
      encoding: 'utf8',
    });
  await waitFor(() => /\$ echo "new[\s\S]*new 42\n[\s\S]*\[exit 9\]/.test(capture()), {
    what: 'the newest command on screen',
  });
  assert.deepEqual(attachArgv(host.terminal, session).slice(3), ['attach-session', '-r', '-t', `=${session}`]);
});
