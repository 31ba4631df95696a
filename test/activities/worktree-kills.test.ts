/**
 * DESIGN §9 on worktrees: made at once by two processes, prepared again after a kill at any moment or at each program
 * that git runs as, after a git that left its lock, and after somebody deleted a part of it by hand.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { adminDir } from '../../activities/worktree/worktree-state.ts';
import { clonePath, taskWorktreePath } from '../../clients/git/names.ts';
import { repositoryAt, writeFiles } from '../support/git.ts';
import { createGitStage, failsAs, type GitStage, REPOSITORY, tasksOf } from '../support/git-stage.ts';
import type { PrepareOrder } from '../support/prepare-worktree-process.ts';
import { waitFor } from '../support/wait-for.ts';

const FILES = 300;
let stage: GitStage;
before(async () => {
  const many = Array.from({ length: FILES }, (_, i) => [`dir-${i % 10}/file-${i}.txt`, `${i}\n`.repeat(50)]);
  stage = await createGitStage({ files: { 'a.txt': 'a\n', '.gitignore': '*.log\n', ...Object.fromEntries(many) } });
});
after(() => stage.remove());

const task = tasksOf('kills');
const cloneOf = (host: string) => clonePath(stage.stateDir, host, REPOSITORY);

/** A process that is ready to prepare; `send` it an order. */
async function preparing(): Promise<{
  child: ChildProcess;
  order: (order: Omit<PrepareOrder, 'remote' | 'stateDir'>) => void;
  ended: Promise<unknown>;
}> {
  const child = fork(join(import.meta.dirname, '../support/prepare-worktree-process.ts'), [], { execArgv: [] });
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  await new Promise((resolve) => child.once('message', resolve));
  return {
    child,
    ended,
    order: (order) => void child.send({ ...order, stateDir: stage.stateDir, remote: stage.mirror.path }),
  };
}

/** Whole, on its branch, and a change in it can be committed and pushed. */
async function isUsable(taskKey: string, host = 'one'): Promise<void> {
  const at = stage.host(host);
  // A git of the dead process may still write; Temporal tries again what fails by that.
  const prepare = () =>
    at.prepareWorktree(task(taskKey, { host })).catch((error: unknown) => {
      if (!/^Another git still holds/.test((error as Error).message)) throw error;
      return undefined;
    });
  const { worktree, branch } = await waitFor(prepare, { what: `the end of the git of ${taskKey}` });
  const seen = repositoryAt(worktree);
  assert.equal(await seen.git('status', '--porcelain', '--branch'), `## ${branch}`);
  assert.equal((await seen.git('ls-files')).split('\n').length, FILES + 2);
  await writeFiles(worktree, { 'work.txt': taskKey });
  const input = { ...task(taskKey, { host }), worktree };
  const { headSha, changed } = await at.commitChange({ ...input, message: 'Work', key: taskKey });
  assert.equal(changed, true);
  await at.pushBranch({ ...input, branch, headSha });
  assert.equal(await stage.mirror.git('rev-parse', branch), headSha);
}

test('two processes make a clone and ten worktrees of it at once', async () => {
  const host = 'fresh';
  const both = await Promise.all([preparing(), preparing()]);
  const keys = Array.from({ length: 10 }, (_, i) => `at-once-${i}`);
  const done = both.map(({ child }) => new Promise((resolve) => child.on('message', resolve)));
  both.forEach(({ order }, half) => {
    order({ host, inputs: keys.filter((_, i) => i % 2 === half).map((key) => task(key, { host })) });
  });
  await Promise.all(both.map(({ ended }) => ended));
  assert.deepEqual(await Promise.all(done), ['done', 'done']);
  for (const key of keys) {
    const worktree = taskWorktreePath(stage.hostOf(host), 'kills', key);
    const status = await repositoryAt(worktree).git('status', '--porcelain', '--branch');
    assert.equal(status, `## factory/kills/${key}`);
  }
});

test('whenever the process is killed, the next one makes the worktree whole', async () => {
  const once = async (moment: number) => {
    const key = `killed-${moment}`;
    const host = moment % 2 === 0 ? 'one' : `new-${moment}`;
    const { child, order, ended } = await preparing();
    order({ host, inputs: [task(key, { host })] });
    await delay(moment * 12);
    child.kill('SIGKILL');
    await ended;
    await isUsable(key, host);
  };
  for (let moment = 0; moment < 12; moment += 4) {
    await Promise.all([moment, moment + 1, moment + 2, moment + 3].map(once));
  }
});

test('a lock that a git left behind is taken away when no git can hold it any more', async () => {
  const one = stage.host('one');
  const { worktree, branch } = await one.prepareWorktree(task('locked'));
  const admin = adminDir({ gitDir: cloneOf('one') }, 'kills', worktree);
  const locks = [join(admin, 'factory-index.lock'), join(cloneOf('one'), `refs/heads/${branch}.lock`)];
  for (const lock of locks) writeFileSync(lock, '');
  await writeFiles(worktree, { 'work.txt': 'work\n' });
  const commit = () => one.commitChange({ ...task('locked'), worktree, message: 'Work', key: 'k' });
  await assert.rejects(commit(), failsAs('GitFailed', { final: false, message: /File exists/ }));
  for (const lock of locks) utimesSync(lock, 0, 0);
  assert.equal((await commit()).changed, true);
  assert.deepEqual(
    locks.map((lock) => existsSync(lock)),
    [false, false],
  );
});

test('a worktree whose folder was deleted by hand is made again, with what was committed', async () => {
  const one = stage.host('one');
  const { worktree } = await one.prepareWorktree(task('no-folder'));
  await writeFiles(worktree, { 'work.txt': 'work\n' });
  await one.commitChange({ ...task('no-folder'), worktree, message: 'Work', key: 'k' });
  await one.checkpoint({ ...task('no-folder'), worktree, agentId: 'a', turn: 1 });
  rmSync(worktree, { recursive: true });
  const told = failsAs('WorktreeGone', { message: /made again from its last checkpoint/ });
  await assert.rejects(one.commitChange({ ...task('no-folder'), worktree, message: 'W', key: 'l' }), told);
  await one.prepareWorktree(task('no-folder'));
  assert.equal(readFileSync(join(worktree, 'work.txt'), 'utf8'), 'work\n');
  assert.equal(await repositoryAt(worktree).git('status', '--porcelain'), '');
});

for (const [key, lose] of [
  ['no-admin', (admin: string) => rmSync(admin, { recursive: true })],
  ['torn-state', (admin: string) => writeFileSync(join(admin, 'factory.json'), '')],
] as const) {
  test(`a worktree that nothing is known of any more (${key}) is moved aside with its files, and made again`, () =>
    isMadeAgain(key, lose));
}

async function isMadeAgain(key: string, lose: (admin: string) => void): Promise<void> {
  const one = stage.host('one');
  const { worktree } = await one.prepareWorktree(task(key));
  await writeFiles(worktree, { 'saved.txt': 'in a checkpoint\n' });
  await one.checkpoint({ ...task(key), worktree, agentId: 'a', turn: 1 });
  await writeFiles(worktree, { 'work.txt': 'in no checkpoint\n' });
  lose(adminDir({ gitDir: cloneOf('one') }, 'kills', worktree));
  const input = { ...task(key), worktree };
  await assert.rejects(one.commitChange({ ...input, message: 'W', key: 'k' }), failsAs('WorktreeGone'));
  await one.prepareWorktree(task(key, { epoch: 2 }));
  assert.equal(readFileSync(join(worktree, 'saved.txt'), 'utf8'), 'in a checkpoint\n');
  assert.equal(existsSync(join(worktree, 'work.txt')), false);
  const [aside] = readdirSync(dirname(worktree)).filter((name) => name.startsWith(`${key}.stale-`));
  assert.ok(existsSync(join(dirname(worktree), aside ?? '', 'work.txt')));
}

test('when the whole clone was deleted, each worktree on it is made again from its checkpoint', async () => {
  const host = 'no-clone';
  const at = stage.host(host);
  const { worktree, branch } = await at.prepareWorktree(task('no-clone', { host }));
  await writeFiles(worktree, { 'saved.txt': 'in a checkpoint\n' });
  const input = { ...task('no-clone', { host }), worktree };
  await at.checkpoint({ ...input, agentId: 'a', turn: 1 });
  const review = { epicId: 'kills', name: 'review', repository: REPOSITORY, placement: { host, epoch: 1 } };
  const commit = await stage.mirror.git('rev-parse', 'main');
  const detached = await at.prepareDetached({ ...review, commit });
  rmSync(cloneOf(host), { recursive: true });
  await assert.rejects(at.checkpoint({ ...input, agentId: 'a', turn: 2 }), failsAs('WorktreeGone'));
  await at.prepareWorktree(task('no-clone', { host, epoch: 2 }));
  assert.equal(readFileSync(join(worktree, 'saved.txt'), 'utf8'), 'in a checkpoint\n');
  assert.deepEqual(await at.prepareDetached({ ...review, commit }), detached);
  const again = { ...task('no-clone', { host, epoch: 2 }), worktree };
  const { headSha } = await at.commitChange({ ...again, message: 'Work', key: 'k' });
  await at.pushBranch({ ...again, branch, headSha });
  assert.equal(await stage.mirror.git('show', `${branch}:saved.txt`), 'in a checkpoint');
});

test('a branch that was deleted by hand comes back with the files as they are', async () => {
  const one = stage.host('one');
  const { worktree, branch } = await one.prepareWorktree(task('no-branch'));
  await writeFiles(worktree, { 'work.txt': 'one\n' });
  const input = { ...task('no-branch'), worktree };
  const first = await one.commitChange({ ...input, message: 'One', key: 'k1' });
  await one.checkpoint({ ...input, agentId: 'a', turn: 1 });
  await writeFiles(worktree, { 'work.txt': 'two\n' });
  await repositoryAt(cloneOf('one')).git('update-ref', '-d', `refs/heads/${branch}`);
  assert.equal((await one.prepareWorktree(task('no-branch'))).headSha, first.headSha);
  const second = await one.commitChange({ ...input, message: 'Two', key: 'k2' });
  assert.equal(await repositoryAt(worktree).git('rev-parse', 'HEAD^'), first.headSha);
  await one.pushBranch({ ...input, branch, headSha: second.headSha });
  assert.equal(await stage.mirror.git('show', `${branch}:work.txt`), 'two');
});

test('a chain that was deleted by hand on the forge begins again, and a deleted branch there too', async () => {
  const one = stage.host('one');
  const { worktree, branch } = await one.prepareWorktree(task('no-chain'));
  const input = { ...task('no-chain'), worktree };
  await writeFiles(worktree, { 'work.txt': 'one\n' });
  const first = await one.commitChange({ ...input, message: 'One', key: 'k1' });
  await one.checkpoint({ ...input, agentId: 'a', turn: 1 });
  await one.pushBranch({ ...input, branch, headSha: first.headSha });
  const chain = 'refs/factory/checkpoints/kills/no-chain';
  await stage.mirror.git('update-ref', '-d', chain);
  await stage.mirror.git('update-ref', '-d', `refs/heads/${branch}`);
  await writeFiles(worktree, { 'work.txt': 'two\n' });
  const { sha } = await one.checkpoint({ ...input, agentId: 'a', turn: 2 });
  assert.equal(await stage.mirror.git('rev-parse', chain), sha);
  const second = await one.commitChange({ ...input, message: 'Two', key: 'k2' });
  await one.pushBranch({ ...input, branch, headSha: second.headSha });
  assert.equal(await stage.mirror.git('rev-parse', `${branch}^`), first.headSha);
});
