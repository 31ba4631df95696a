import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { adminDir } from '../../activities/worktree/worktree-state.ts';
import { clonePath, taskWorktreePath } from '../../clients/git/names.ts';
import { removePaths } from '../../clients/git/remove-untracked.ts';
import { repositoryAt, writeFiles } from '../support/git.ts';
import { createGitStage, failsAs, REPOSITORY, tasksOf } from '../support/git-stage.ts';
import { holdFast } from '../support/hold-fast.ts';

const stage = await createGitStage({ files: { 'a.txt': 'a\n', 'dir/b.txt': 'b\n', '.gitignore': 'ignored/\n' } });
after(stage.remove);

const task = tasksOf('worktrees');

test('a task gets a worktree on its own branch, cut from the target', async () => {
  const one = stage.host('one');
  const made = await one.prepareWorktree(task('first'));
  const main = await stage.mirror.git('rev-parse', 'main');
  assert.deepEqual(made, {
    worktree: taskWorktreePath(stage.hostOf('one'), 'worktrees', 'first'),
    branch: 'factory/worktrees/first',
    headSha: main,
    baseSha: main,
    isMerged: false,
  });
  // What an agent sees with its own git.
  const seen = repositoryAt(made.worktree);
  assert.equal(await seen.git('status', '--porcelain', '--branch'), '## factory/worktrees/first');
  assert.equal(readFileSync(join(made.worktree, 'dir/b.txt'), 'utf8'), 'b\n');
  assert.match(await seen.git('worktree', 'list'), /worktrees\/first /);
});

test('a branch whose work is in its target says so, once it has work', async () => {
  const one = stage.host('one');
  const input = { ...task('merged'), targetBranch: 'factory/worktrees/target' };
  await stage.mirror.git('branch', input.targetBranch, 'main');
  const { worktree, branch } = await one.prepareWorktree(input);
  await writeFiles(worktree, { 'a.txt': 'merged\n' });
  const { headSha } = await one.commitChange({ ...input, worktree, message: 'Work', key: 'k' });
  await one.pushBranch({ ...input, worktree, branch, headSha });
  const again = (epoch: number) =>
    one.prepareWorktree({ ...input, ...task('merged', { epoch }), targetBranch: input.targetBranch });
  assert.equal((await again(2)).isMerged, false);
  await stage.mirror.git('branch', '--force', input.targetBranch, headSha);
  assert.equal((await again(3)).isMerged, true);
});

test('a retry adopts the worktree with the work in it', async () => {
  const one = stage.host('one');
  const { worktree } = await one.prepareWorktree(task('adopt'));
  writeFileSync(join(worktree, 'a.txt'), 'changed\n');
  writeFileSync(join(worktree, '.git'), 'gitdir: /nowhere\n');
  assert.equal((await one.prepareWorktree(task('adopt'))).worktree, worktree);
  assert.equal(await repositoryAt(worktree).git('status', '--porcelain'), ' M a.txt');
});

test('twenty tasks of two epics are prepared side by side', async () => {
  const one = stage.host('one');
  const inputs = Array.from({ length: 20 }, (_, i) => ({
    ...task(`many-${i % 10}`),
    epicId: i < 10 ? 'left' : 'right',
  }));
  const made = await Promise.all(inputs.map((input) => one.prepareWorktree(input)));
  assert.equal(new Set(made.map(({ worktree }) => worktree)).size, 20);
  for (const { worktree, branch } of made) {
    assert.equal(await repositoryAt(worktree).git('status', '--porcelain', '--branch'), `## ${branch}`);
  }
});

test('what a kill left half-made is made again; what the factory did not make is left alone', async () => {
  const one = stage.host('one');
  const { worktree } = await one.prepareWorktree(task('half'));
  const bare = { gitDir: clonePath(stage.stateDir, 'one', REPOSITORY) };
  const stateFile = join(adminDir(bare, 'worktrees', worktree), 'factory.json');
  writeFileSync(stateFile, JSON.stringify({ ...JSON.parse(readFileSync(stateFile, 'utf8')), ready: false }));
  rmSync(join(worktree, 'dir'), { recursive: true });
  await one.prepareWorktree(task('half'));
  assert.equal(await repositoryAt(worktree).git('status', '--porcelain'), '');

  const foreign = taskWorktreePath(stage.hostOf('one'), 'worktrees', 'foreign');
  mkdirSync(foreign);
  writeFileSync(join(foreign, 'precious'), '');
  await assert.rejects(one.prepareWorktree(task('foreign')), failsAs('PathTaken', { message: /move it elsewhere/ }));
  assert.ok(existsSync(join(foreign, 'precious')));
});

test('a target that does not exist, a missing forge and a folder that cannot be written are named', async () => {
  const one = stage.host('one');
  await assert.rejects(
    one.prepareWorktree({ ...task('no-target'), targetBranch: 'nowhere' }),
    failsAs('BaseBranchMissing'),
  );
  await assert.rejects(
    one.prepareWorktree({ ...task('no-epic'), targetBranch: 'factory/worktrees/epic' }),
    failsAs('BaseBranchMissing'),
  );
  const lost = stage.host('lost', { remoteOf: () => join(stage.stateDir, 'no-such.git') });
  await assert.rejects(lost.prepareWorktree(task('lost')), failsAs('RepositoryMissing'));
  const file = join(stage.stateDir, 'a-file');
  writeFileSync(file, '');
  const blocked = stage.host('one', { worktreeBase: join(file, 'below') });
  await assert.rejects(
    blocked.prepareWorktree(task('blocked')),
    failsAs('FolderNotWritable', { message: /GIT_WORKTREE_BASE/ }),
  );
});

test('a lost host: the next one goes on from the last pushed checkpoint, uncommitted files included', async () => {
  const [one, two] = [stage.host('one'), stage.host('two')];
  const input = task('moved');
  const first = await one.prepareWorktree(input);
  await writeFiles(first.worktree, { 'a.txt': 'committed\n' });
  const { headSha } = await one.commitChange({ ...input, worktree: first.worktree, message: 'One', key: 'k1' });
  await writeFiles(first.worktree, { 'dir/new.txt': 'not yet committed\n' });
  rmSync(join(first.worktree, 'dir/b.txt'));
  await one.checkpoint({ ...input, worktree: first.worktree, agentId: 'worktrees.moved.implement.1', turn: 2 });
  await writeFiles(first.worktree, { 'lost.txt': 'after the last checkpoint\n' });

  const second = await two.prepareWorktree(task('moved', { epoch: 2, host: 'two' }));
  assert.equal(second.headSha, headSha);
  assert.equal(second.baseSha, first.baseSha);
  const status = await repositoryAt(second.worktree).git('status', '--porcelain', '--untracked-files=all');
  assert.deepEqual(
    status.split('\n').map((line) => line.trim()),
    ['D dir/b.txt', '?? dir/new.txt'],
  );

  // Back to the first host: what it holds is out of date, and kept.
  await writeFiles(second.worktree, { 'second.txt': '2\n' });
  await two.checkpoint({
    ...task('moved', { epoch: 2, host: 'two' }),
    worktree: second.worktree,
    agentId: 'a',
    turn: 3,
  });
  const third = await one.prepareWorktree(task('moved', { epoch: 3 }));
  assert.equal(third.worktree, first.worktree);
  assert.ok(existsSync(join(third.worktree, 'second.txt')) && !existsSync(join(third.worktree, 'lost.txt')));
  const aside = readdirSync(dirname(third.worktree)).find((name) => name.startsWith('moved.stale-1-')) ?? '';
  assert.ok(existsSync(join(dirname(third.worktree), aside, 'lost.txt')));
  await assert.rejects(one.prepareWorktree(input), failsAs('PlacedAgain', { message: /placement 3/ }));
});

test('placed again on the same host, a task keeps even what was in no checkpoint', async () => {
  const one = stage.host('one');
  const { worktree } = await one.prepareWorktree(task('stays'));
  await writeFiles(worktree, { 'a.txt': 'unsaved\n' });
  const again = await one.prepareWorktree(task('stays', { epoch: 2 }));
  assert.equal(readFileSync(join(again.worktree, 'a.txt'), 'utf8'), 'unsaved\n');
});

test('a detached worktree is at exactly the commit, and is thrown away whatever it holds', async () => {
  const one = stage.host('one');
  const input = { epicId: 'worktrees', name: 'plan', repository: REPOSITORY, placement: { host: 'one', epoch: 1 } };
  const main = await stage.mirror.git('rev-parse', 'main');
  const made = await one.prepareDetached({ ...input, commit: 'main' });
  assert.deepEqual(await one.prepareDetached({ ...input, commit: main }), made);
  assert.equal(await repositoryAt(made.worktree).git('rev-parse', 'HEAD'), main);
  await writeFiles(made.worktree, { 'junk.txt': 'left by a reader\n' });
  await one.prepareDetached({ ...input, commit: main });
  assert.equal(existsSync(join(made.worktree, 'junk.txt')), false);
  await repositoryAt(made.worktree).git('switch', '--quiet', '--create', 'of-a-reader');
  assert.deepEqual(await one.prepareDetached({ ...input, commit: main }), made);
  assert.equal(await repositoryAt(made.worktree).git('rev-parse', '--abbrev-ref', 'HEAD'), 'HEAD');
  await writeFiles(made.worktree, { 'junk.txt': 'again\n' });
  for (const _ of ['removed', 'was removed']) {
    assert.deepEqual(await one.removeWorktree({ ...input, discard: true }), { removed: true });
  }
  assert.equal(existsSync(made.worktree), false);
  await assert.rejects(one.prepareDetached({ ...input, commit: 'nowhere' }), failsAs('BaseBranchMissing'));
});

test("a task's worktree goes only when all of it is committed", async () => {
  const one = stage.host('one');
  const input = task('removed');
  const { worktree } = await one.prepareWorktree(input);
  const remove = () => one.removeWorktree({ ...input, name: 'removed', discard: false });
  await writeFiles(worktree, { 'new.txt': 'new\n', 'ignored/cache': '' });
  const refused = await remove();
  assert.equal(refused.removed, false);
  assert.match(JSON.stringify(refused), /new\.txt/);
  await one.commitChange({ ...input, worktree, message: 'New', key: 'k' });
  assert.deepEqual(await remove(), { removed: true });
  assert.equal(existsSync(worktree), false);
  assert.doesNotMatch(
    await repositoryAt(clonePath(stage.stateDir, 'one', REPOSITORY)).git('worktree', 'list'),
    /removed/,
  );
});

test('a worktree that cannot be deleted is kept with the reason, and goes when it can', async (t) => {
  const one = stage.host('one');
  const at = { epicId: 'worktrees', repository: REPOSITORY, placement: { host: 'one', epoch: 1 } };
  const detached = { ...at, name: 'kept', commit: 'main' };
  const { worktree } = await one.prepareDetached(detached);
  const remove = () => one.removeWorktree({ ...detached, discard: true });
  const folder = join(worktree, 'held');
  await writeFiles(worktree, { 'held/file': '' });
  await holdFast(folder, true);
  // Also where the test fails, so that its own folder can be removed.
  t.after(() => holdFast(folder, false).catch(() => {}));
  for (const time of ['first', 'second']) {
    const kept = await remove();
    assert.equal(kept.removed, false, time);
    assert.match(JSON.stringify(kept), /cannot be deleted \(E\w+\)/, time);
  }
  await assert.rejects(one.prepareDetached(detached), failsAs('WorktreeUndeletable', { message: /delete it by hand/ }));
  await holdFast(folder, false);
  assert.deepEqual(await remove(), { removed: true });
});

test('rights are changed of what is to be deleted and never of what a link leads to, and locked folders go', async (t) => {
  const at = (...parts: string[]) => join(stage.stateDir, 'removed', ...parts);
  await writeFiles(at(), { 'outside/file': '', 'held/file': '', 'locked/deep/er/file': '' });
  symlinkSync(at('outside'), at('held/link'));
  for (const folder of ['locked/deep/er', 'locked/deep', 'locked']) chmodSync(at(folder), 0);
  chmodSync(at('outside'), 0o500);
  await holdFast(at('held'), true);
  t.after(() => holdFast(at('held'), false).catch(() => {}));
  await removePaths([at('held/link')]);
  assert.equal(statSync(at('outside')).mode & 0o777, 0o500);
  assert.equal(await removePaths([at('locked')]), true);
  assert.equal(existsSync(at('locked')), false);
});
