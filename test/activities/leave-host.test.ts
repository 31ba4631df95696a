/** Leaving a host: commands, worktree, journals and slot go together, also while PostgreSQL is away, and nothing of a later place. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLeaveHost } from '../../activities/leave-host.ts';
import { failure } from '../../clients/failures.ts';
import { taskJournals } from '../../clients/git/names.ts';
import type { GitHost } from '../../clients/git/repository.ts';
import { isAlive } from '../../clients/is-alive.ts';
import { connect, type Database } from '../../db/connection.ts';
import { claimHost, releaseHost, reportHost } from '../../db/writes/hosts.ts';
import type { LeaveHostInput, LeaveHostResult, Placement } from '../../workflows/contract/placement.ts';
import { asked } from '../support/asked.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { writeFiles } from '../support/git.ts';
import { createGitStage, failsAs, type GitStage, inContext, REPOSITORY } from '../support/git-stage.ts';
import { createTestTerminal, type TestTerminal, textOf } from '../support/terminal.ts';
import { waitFor } from '../support/wait-for.ts';

let stage: GitStage;
let database: TestDatabase;
let commands: TestTerminal;
const away = connect('postgres://nobody@127.0.0.1:1/none');
before(async () => {
  [stage, database] = await Promise.all([createGitStage({ files: { 'a.txt': 'a\n' } }), createDatabase()]);
  commands = createTestTerminal();
  await reportHost(database.db, { name: 'one', capacity: 10 });
});
after(async () => {
  await commands.end();
  await Promise.all([database.drop(), stage.remove(), away.destroy()]);
});

const holderOf = (taskKey: string) => `epic-leaves/task-${taskKey}`;

/** A task with a slot, a worktree and a command that runs. */
async function placed(taskKey: string) {
  const placement = await claim(taskKey, 0);
  const task = { epicId: 'leaves', taskKey, repository: REPOSITORY, targetBranch: 'main', placement };
  const { worktree } = await stage.host('one').prepareWorktree(task);
  const script = `echo $$ >${taskKey}.pid; sleep 60`;
  const running = commands.run(taskKey, script, { session: `leaves/${taskKey}` });
  const journals = taskJournals(stage.hostOf('one'), 'leaves', taskKey);
  await writeFiles(journals, { 'implement-1-t1/started/output': 'printed\n', 'home/.cache/x': '' });
  chmodSync(join(journals, 'home/.cache'), 0o500);
  const pid = Number(await waitFor(() => textOf(join(commands.worktree, `${taskKey}.pid`)), { what: 'the command' }));
  const leaving: LeaveHostInput = {
    ...{ epicId: 'leaves', taskKey, placement, holder: holderOf(taskKey) },
    worktree: { name: taskKey, repository: REPOSITORY, discard: false },
  };
  return { worktree, journals, running, pid, leaving };
}

async function claim(taskKey: string, afterEpoch: number): Promise<Placement> {
  const wanted = { holder: holderOf(taskKey), afterEpoch, host: 'one', asked: asked() };
  const claimed = await claimHost(database.db, wanted);
  if (claimed.kind !== 'placed') throw new Error(claimed.kind);
  return { host: claimed.host, epoch: claimed.epoch };
}

async function isHeld(taskKey: string): Promise<boolean> {
  const query = database.db.selectFrom('placements').select('held').where('holder', '=', holderOf(taskKey));
  return (await query.executeTakeFirstOrThrow()).held;
}

/** "ended", or what the system knows of the process. */
const stateOf = (pid: number) => (isAlive(pid) ? textOf(`/proc/${pid}/stat`) : 'ended');

function leave(
  input: LeaveHostInput,
  {
    db = database.db,
    terminal = commands.terminal,
    host = stage.hostOf('one'),
  }: { db?: Database; terminal?: TestTerminal['terminal']; host?: GitHost } = {},
): Promise<LeaveHostResult> {
  return inContext(createLeaveHost({ db, host, terminal })).leaveHost(input);
}

test('commands end, worktree and journals go and the slot is free; once more changes nothing', async () => {
  const { worktree, journals, running, pid, leaving } = await placed('whole');
  for (const time of ['first', 'again']) {
    assert.deepEqual(await leave(leaving), { worktree: { removed: true }, released: true }, time);
    assert.deepEqual([stateOf(pid), existsSync(worktree), await isHeld('whole')], ['ended', false, false], time);
    assert.equal(existsSync(dirname(journals)), false, 'its epic has none either');
  }
  assert.equal((await running).interrupted, true);
});

test('the worktree of a review goes too, whatever it holds, also when the task’s own stays', async () => {
  const { worktree, running, leaving } = await placed('reviewed');
  const { worktree: _, ...rest } = leaving;
  const at = { epicId: 'leaves', name: 'review-reviewed', repository: REPOSITORY, placement: leaving.placement };
  const made = await stage.host('one').prepareDetached({ ...at, commit: 'main', goesWithHost: true });
  assert.equal(made.goesWithHost, true);
  await writeFiles(made.worktree, { 'left.txt': '' });
  const detached = { name: at.name, repository: REPOSITORY };
  for (const time of ['first', 'again']) {
    assert.deepEqual(await leave({ ...rest, detached }), { detached: { removed: true }, released: true }, time);
    assert.deepEqual([existsSync(made.worktree), existsSync(worktree)], [false, true], time);
  }
  await running;
});

test('one that cannot be removed holds up nobody', async () => {
  const { running, leaving } = await placed('stuck');
  const { worktree: _, ...rest } = leaving;
  const remoteOf = () => Promise.reject(failure('DiskFull', 'no space is left'));
  const host = stage.hostOf('one', { remoteOf });
  const left = await leave({ ...rest, detached: { name: 'review-stuck', repository: REPOSITORY } }, { host });
  assert.deepEqual(left, { detached: { removed: false, reason: 'no space is left' }, released: true });
  await running;
});

test('without a worktree to remove it stays with its journals, and so does one that holds what no commit has', async () => {
  const { worktree, journals, running, leaving } = await placed('kept');
  const { worktree: named, ...rest } = leaving;
  assert.deepEqual(await leave(rest), { released: true });
  assert.equal(existsSync(worktree), true);
  await writeFiles(worktree, { 'new.txt': '' });
  const left = await leave({ ...rest, ...(named === undefined ? {} : { worktree: named }) });
  assert.equal(left.worktree?.removed, false);
  assert.match(left.worktree?.reason ?? '', /new\.txt/);
  assert.ok(existsSync(join(journals, 'implement-1-t1/started/output')));
  await running;
});

test('a late attempt takes nothing of a later placement on the same host', async () => {
  const { worktree, journals, running, leaving } = await placed('fenced');
  const { epicId, placement } = leaving;
  const later = { host: 'one', epoch: placement.epoch + 1 };
  const task = { epicId, taskKey: 'fenced', repository: REPOSITORY, targetBranch: 'main', placement: later };
  await stage.host('one').prepareWorktree(task);
  assert.equal((await leave(leaving)).worktree?.removed, false);
  assert.deepEqual([existsSync(worktree), existsSync(join(journals, 'home'))], [true, true]);
  const { worktree: named, ...rest } = leaving;
  const left = await leave({ ...rest, placement: later, ...(named === undefined ? {} : { worktree: named }) });
  assert.deepEqual([left.worktree, existsSync(journals)], [{ removed: true }, false]);
  await running;
});

test('journals are moved aside before the slot is free and deleted afterwards; the epic’s own stay', async () => {
  const { journals, running, leaving } = await placed('order');
  const seen: string[] = [];
  const db = new Proxy(database.db, {
    get(target, name) {
      seen.push(...readdirSync(dirname(journals)));
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const before = readdirSync(dirname(journals)).filter((name) => name !== 'order');
  const own = taskJournals(stage.hostOf('one'), 'leaves', undefined);
  await writeFiles(own, { 'verify-1/output': 'another worktree of the epic has it\n' });
  assert.equal((await leave(leaving, { db })).released, true);
  assert.ok(seen.length > 0 && seen.some((name) => name.startsWith('order.gone-')) && !seen.includes('order'));
  assert.deepEqual(readdirSync(dirname(journals)).toSorted(), [...before, 'epic'].toSorted());
  await running;
  const worktree = { name: 'plan', repository: REPOSITORY, discard: true };
  const { taskKey: _, ...ofEpic } = leaving;
  assert.equal((await leave({ ...ofEpic, worktree })).worktree?.removed, true);
  assert.ok(existsSync(join(own, 'verify-1/output')));
});

test('a late attempt frees no later placement of the same holder', async () => {
  const { running, leaving } = await placed('late');
  await releaseHost(database.db, { holder: holderOf('late'), asked: asked() });
  const later = await claim('late', leaving.placement.epoch);
  assert.equal(later.epoch, 2);
  const { worktree: _, ...rest } = leaving;
  await leave(rest);
  assert.equal(await isHeld('late'), true);
  await running;
});

test('while PostgreSQL is away commands and worktree go, and the answer says that the slot is still held', async () => {
  const { worktree, running, pid, leaving } = await placed('alone');
  assert.deepEqual(await leave(leaving, { db: away }), { worktree: { removed: true }, released: false });
  assert.deepEqual([stateOf(pid), existsSync(worktree), await isHeld('alone')], ['ended', false, true]);
  await running;
});

test('where commands cannot be ended the worktree goes, and the slot stays for the next attempt', async () => {
  const { worktree, running, leaving } = await placed('unended');
  const terminal = {
    get socket(): string {
      throw failure('TerminalUnavailable', 'tmux did not answer');
    },
  };
  await assert.rejects(leave(leaving, { terminal }), failsAs('TerminalUnavailable', { final: false }));
  assert.deepEqual([existsSync(worktree), await isHeld('unended')], [false, true]);
  assert.deepEqual(await leave(leaving), { worktree: { removed: true }, released: true });
  await running;
});
