import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createBashActivities } from '../../activities/tools/bash.ts';
import { type HostToolInput, type HostToolResult, shellFolder } from '../../activities/tools/host-tool.ts';
import { NO_SANDBOX } from '../../clients/terminal/sandbox.ts';
import { createDatabase } from '../support/database.ts';
import { failsAs } from '../support/git-stage.ts';
import { holdFast } from '../support/hold-fast.ts';
import { createTestTerminal, textOf } from '../support/terminal.ts';
import { addToolCall, forgetResult, storedCall } from '../support/tool-call.ts';
import { waitFor } from '../support/wait-for.ts';

const database = await createDatabase();
const host = createTestTerminal();
after(async () => {
  await host.end();
  await database.drop();
});

const { db } = database;
const { worktree } = host;
const commands = { sandbox: NO_SANDBOX('of the test'), secretsFile: undefined };
const place = { stateDir: host.stateDir, host: 'test' };
const { bash } = createBashActivities({ db, terminal: host.terminal, host: place, commands });
const add = (input: unknown, options: { timeoutSeconds?: number; agentId?: string } = {}) =>
  addToolCall(db, { name: 'bash', input, worktree, ...options });
const run = (call: HostToolInput, environment = new MockActivityEnvironment()) =>
  environment.run<[HostToolInput], HostToolResult, typeof bash>(bash, call);

test('a command answers with its output, once', async () => {
  const call = await add({ command: 'echo x >>times; printf "h\\000i\\n"; pwd' });
  const { mark, ...first } = await run(call);
  assert.deepEqual(first, { isError: false, summary: 'exit 0' });
  assert.deepEqual(await run(call), { mark, ...first });
  const row = await storedCall(db, call);
  assert.equal(row.output, `h\u{fffd}i\n${worktree}`);
  assert.deepEqual([row.exit_code, row.is_error, row.finished_at !== null], [0, false, true]);
  assert.equal(textOf(join(worktree, 'times')), 'x\n');
});

test('a retry that finds no stored result takes it from the journal', async () => {
  const call = await add({ command: 'echo y >>again; cat again' });
  await run(call);
  await forgetResult(db, call);
  await run(call);
  assert.equal((await storedCall(db, call)).output, 'y');

  // The host lost its journals: the call's mark in the database says that it began.
  rmSync(join(host.stateDir, 'hosts/test/journal'), { recursive: true });
  await forgetResult(db, call);
  assert.equal((await run(call)).isError, true);
  assert.match((await storedCall(db, call)).output ?? '', /may or may not have finished/);
  assert.equal(textOf(join(worktree, 'again')), 'y\n');
});

test('the same output has the same mark; two failures without a word do not', async () => {
  const shortHash = async (command: string) => (await run(await add({ command }))).mark;
  const marks = await Promise.all(['echo a', 'printf "a\\n"', 'echo b'].map(shortHash));
  assert.equal(marks[0], marks[1]);
  assert.notEqual(marks[0], marks[2]);
  assert.equal(await shortHash('echo no >&2; false'), await shortHash('echo no; exit 1'));
  assert.notEqual(await shortHash('grep -q x times'), await shortHash('grep -q y times'));
});

test('what went wrong in a command is said to the model', async () => {
  const failed = await add({ command: 'echo oops >&2; exit 3' });
  const { mark: _, ...ended } = await run(failed);
  assert.deepEqual(ended, { isError: true, summary: 'exit 3' });
  assert.equal((await storedCall(db, failed)).output, 'oops\n[exit code 3]');
  const late = await add({ command: 'echo so far; sleep 60' }, { timeoutSeconds: 0.3 });
  assert.equal((await run(late)).isError, true);
  assert.match((await storedCall(db, late)).output ?? '', /^so far\n[\s\S]*time limit of 0\.3 s/);
  const silent = await add({ command: 'true' });
  await run(silent);
  assert.equal((await storedCall(db, silent)).output, '(no output)');
});

test('wrong input is answered, and an unknown call is final', async () => {
  for (const input of [{}, { command: '' }, { command: 7 }, { restart: false }, 'ls', null]) {
    const call = await add(input);
    assert.equal((await run(call)).isError, true);
    assert.match((await storedCall(db, call)).output ?? '', /give `command`|is an object|expected string/);
  }
  const unknown = { ...(await add({ command: 'true' })), toolUseId: 'toolu_unknown' };
  await assert.rejects(run(unknown), { type: 'NotFound', nonRetryable: true });
});

test('in a worktree that somebody deleted no command begins, and its call stays open for the next place', async () => {
  const call = { ...(await add({ command: 'echo no' })), worktree: join(worktree, 'deleted') };
  await assert.rejects(run(call), failsAs('WorktreeGone', { message: /deleted is gone/ }));
  const row = await storedCall(db, call);
  assert.deepEqual([row.output, row.started_at], [null, null]);
  await run({ ...call, worktree });
  assert.equal((await storedCall(db, call)).output, 'no');
});

test('the shell carries over within an agent until it is restarted', async () => {
  const say = async (input: unknown, agentId = 'abc.schema.implement.3') => {
    const call = await add(input, { agentId });
    await run(call);
    return (await storedCall(db, call)).output;
  };
  await say({ command: 'mkdir -p deep; cd deep; export NAME=value' });
  assert.equal(await say({ command: 'echo "$PWD $NAME"' }), `${worktree}/deep value`);
  assert.equal(await say({ command: 'echo "$PWD $NAME"' }, 'abc.schema.implement.2'), `${worktree} `);
  assert.match((await say({ restart: true })) ?? '', /starts again/);
  assert.equal(await say({ command: 'echo "$PWD $NAME"' }), `${worktree} `);
});

test('a restart that cannot remove what the shell left is answered, and one that can put folders right does', async (t) => {
  const agentId = 'abc.schema.implement.4';
  const restart = async () => run(await add({ restart: true }, { agentId }));
  const call = await add({ command: 'echo' }, { agentId });
  await run(call);
  const held = join(shellFolder(place, call), 'tmp', 'read-only');
  mkdirSync(join(held, 'deep'), { recursive: true });
  await holdFast(held, true);
  t.after(() => holdFast(held, false).catch(() => {}));
  assert.equal((await restart()).isError, process.getuid?.() === 0);
  await holdFast(held, false).catch(() => {});
  assert.equal((await restart()).isError, false);
  assert.equal(existsSync(shellFolder(place, call)), false);
});

test('a cancelled command is stored as such; one whose worker process leaves is not answered', async () => {
  const cancelled = await add({ command: 'echo so far; touch cancel-began; sleep 60' });
  const first = new MockActivityEnvironment();
  const running = run(cancelled, first);
  await waitFor(() => textOf(join(worktree, 'cancel-began')) !== undefined);
  first.cancel('CANCELLED');
  await assert.rejects(running, { name: 'CancelledFailure' });
  assert.match((await storedCall(db, cancelled)).output ?? '', /^so far\n[\s\S]*\[The command was ended after \d+ s/);

  const left = await add({ command: 'touch leave-began; until [ -e leave-go ]; do sleep 0.02; done; echo finished' });
  const second = new MockActivityEnvironment();
  const leaving = run(left, second);
  await waitFor(() => textOf(join(worktree, 'leave-began')) !== undefined);
  second.cancel('WORKER_SHUTDOWN');
  await assert.rejects(leaving, { type: 'CommandInterrupted' });
  assert.equal((await storedCall(db, left)).output, null);
  writeFileSync(join(worktree, 'leave-go'), '');
  await run(left);
  assert.equal((await storedCall(db, left)).output, 'finished');
});

test('a silent command heartbeats with the length of its output', async () => {
  const beats: unknown[] = [];
  const environment = new MockActivityEnvironment();
  environment.on('heartbeat', (details: unknown) => beats.push(details));
  const call = await add({ command: 'printf 12345; until [ -e beat-go ]; do sleep 0.02; done' });
  const running = run(call, environment);
  await waitFor(() => beats.some((beat) => (beat as { outputBytes?: number })?.outputBytes === 5));
  writeFileSync(join(worktree, 'beat-go'), '');
  await running;
});
