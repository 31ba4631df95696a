import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { clonePath } from '../../clients/git/names.ts';
import { repositoryAt, writeFiles } from '../support/git.ts';
import { createGitStage, failsAs, REPOSITORY, tasksOf } from '../support/git-stage.ts';

const stage = await createGitStage({
  files: { 'a.txt': 'a\n', 'dir/b.txt': 'b\n', '.gitignore': 'ignored/\n*.log\n' },
});
after(stage.remove);

const task = tasksOf('checks');
const agentId = 'checks.task.implement.1';
const chainOf = (taskKey: string) => `refs/factory/checkpoints/checks/${taskKey}`;

test('a checkpoint has the files as they are, and leaves branch and index alone', async () => {
  const one = stage.host('one');
  const input = task('files');
  const { worktree, headSha } = await one.prepareWorktree(input);
  const seen = repositoryAt(worktree);
  await writeFiles(worktree, { 'a.txt': 'changed\n', 'new/c.txt': 'c\n', 'run.sh': { content: '', executable: true } });
  symlinkSync('a.txt', join(worktree, 'link'));
  rmSync(join(worktree, 'dir'), { recursive: true });
  writeFileSync(join(worktree, 'dir'), 'a file where a folder was\n');
  const before = await seen.git('status', '--porcelain');
  const taken = await one.checkpoint({ ...input, worktree, agentId, turn: 1 });
  assert.deepEqual({ ...taken, sha: null }, { sha: null, pushed: true, leftOut: [], secrets: [] });
  assert.equal(await seen.git('status', '--porcelain'), before);
  assert.equal(await seen.git('rev-parse', 'HEAD'), headSha);

  const there = await stage.mirror.git('rev-parse', chainOf('files'));
  assert.equal(there, taken.sha);
  const tree = await stage.mirror.git('ls-tree', '-r', '--format=%(objectmode) %(path)', there);
  assert.equal(
    tree,
    ['100644 .gitignore', '100644 a.txt', '100644 dir', '120000 link', '100644 new/c.txt', '100755 run.sh'].join('\n'),
  );
  assert.equal(await stage.mirror.git('show', `${there}:a.txt`), 'changed');
  assert.match(
    await stage.mirror.git('show', '--no-patch', '--format=%an <%ae>%n%B', there),
    /FactoryFactory <factory@localhost>[\s\S]*Factory-Epoch: 1\n[\s\S]*Factory-Turn: checks\.task\.implement\.1 1/,
  );
  // A parent is the branch's head, so that its commits reach the forge too.
  assert.equal(await stage.mirror.git('rev-parse', `${there}^1`), headSha);

  // As an edit leaves it that was killed and then cancelled.
  await writeFiles(worktree, { 'new/.implement-1-t2-0a1b.factory-draft': 'half' });
  assert.equal((await one.checkpoint({ ...input, worktree, agentId, turn: 2 })).sha, null, 'nothing has changed');
  assert.deepEqual(readdirSync(join(worktree, 'new')), ['c.txt']);
});

test('a turn that changed nothing makes no checkpoint, and a retry finds the one that was made', async () => {
  const one = stage.host('one');
  const input = task('again');
  const { worktree } = await one.prepareWorktree(input);
  assert.equal((await one.checkpoint({ ...input, worktree, agentId, turn: 1 })).sha, null);
  await writeFiles(worktree, { 'a.txt': '2\n' });
  const made = await one.checkpoint({ ...input, worktree, agentId, turn: 2 });
  assert.deepEqual(await one.checkpoint({ ...input, worktree, agentId, turn: 2 }), made);
  assert.equal((await one.checkpoint({ ...input, worktree, agentId, turn: 3 })).sha, null);
  const parents = await stage.mirror.git('rev-list', '--first-parent', '--count', `main..${chainOf('again')}`);
  assert.equal(parents, '1', 'one turn');
});

test('nested repositories, big, special and ignored files are left out and reported, the rest is kept', async () => {
  const one = stage.host('one');
  const input = task('left-out');
  const { worktree } = await one.prepareWorktree(input);
  await writeFiles(worktree, { 'nested/file.txt': '', 'kept.txt': 'kept\n', 'ignored/cache': '', 'debug.log': '' });
  await repositoryAt(join(worktree, 'nested')).git('init', '--quiet');
  await repositoryAt(join(worktree, 'nested')).commit('Nested');
  mkdirSync(join(worktree, 'odd/.git'), { recursive: true });
  writeFileSync(join(worktree, 'odd/.git/config'), 'not a repository');
  writeFileSync(join(worktree, 'big.bin'), '');
  truncateSync(join(worktree, 'big.bin'), 50 * 1024 * 1024 + 1);
  const { sha, leftOut } = await one.checkpoint({ ...input, worktree, agentId, turn: 1 });
  assert.deepEqual(leftOut.toSorted(), [
    'big.bin (over 50 MB)',
    'debug.log (ignored)',
    'ignored/ (ignored)',
    'nested/ (a repository inside the repository)',
  ]);
  const changed = await stage.mirror.git('diff-tree', '-r', '--name-only', 'main', sha ?? '');
  assert.equal(changed, 'kept.txt');
});

test('what a tree says of attributes and hooks runs nothing', async () => {
  const one = stage.host('one');
  const input = task('led');
  const { worktree } = await one.prepareWorktree(input);
  const proof = join(stage.stateDir, 'ran');
  // An agent without a sandbox could write all of this.
  const evil = `[filter "evil"]\n\tclean = touch ${proof}\n[core]\n\tfsmonitor = touch ${proof}\n`;
  const config = join(clonePath(stage.stateDir, 'one', REPOSITORY), 'config');
  appendFileSync(config, evil);
  await writeFiles(worktree, { '.gitattributes': '* filter=evil diff=evil\n', 'a.txt': 'led\n' });
  rmSync(join(worktree, '.git'));
  await writeFiles(worktree, { '.git/config': evil, '.git/HEAD': 'ref: refs/heads/x\n' });
  mkdirSync(join(worktree, '.git/objects'));
  mkdirSync(join(worktree, '.git/refs'));
  await one.checkpoint({ ...input, worktree, agentId, turn: 1 });
  await one.commitChange({ ...input, worktree, message: 'Led', key: 'k' });
  assert.equal(existsSync(proof), false);
  assert.doesNotMatch(readFileSync(config, 'utf8'), /evil/);
  assert.equal(await stage.mirror.git('show', `${chainOf('led')}:a.txt`), 'led');
});

test('a forge that is away costs no turn; the next checkpoint brings both', async () => {
  const one = stage.host('one');
  const input = task('away');
  const { worktree } = await one.prepareWorktree(input);
  const away = stage.host('one', { remoteOf: () => 'git://127.0.0.1:1/nobody' });
  await writeFiles(worktree, { 'a.txt': '1\n' });
  assert.equal((await away.checkpoint({ ...input, worktree, agentId, turn: 1 })).pushed, false);
  await writeFiles(worktree, { 'b.txt': '2\n' });
  const { sha, pushed } = await one.checkpoint({ ...input, worktree, agentId, turn: 2 });
  assert.equal(pushed, true);
  assert.equal(await stage.mirror.git('show', `${sha}^1:a.txt`), '1');
});

test('a placement that was replaced can push nothing any more, on another host or the same', async () => {
  const [one, two] = [stage.host('one'), stage.host('two')];
  const input = task('fenced');
  const { worktree, branch } = await one.prepareWorktree(input);
  await writeFiles(worktree, { 'a.txt': 'old\n' });
  const { headSha } = await one.commitChange({ ...input, worktree, message: 'Old', key: 'k' });
  const second = await two.prepareWorktree(task('fenced', { epoch: 2, host: 'two' }));

  const refused = failsAs('PushRejected', { message: /placed again/ });
  await assert.rejects(one.checkpoint({ ...input, worktree, agentId, turn: 2 }), refused);
  await assert.rejects(one.pushBranch({ ...input, worktree, branch, headSha }), refused);
  assert.equal(await stage.mirror.git('for-each-ref', `refs/heads/${branch}`), '', 'the branch did not move either');

  await writeFiles(second.worktree, { 'a.txt': 'new\n' });
  const pushed = await two.checkpoint({
    ...task('fenced', { epoch: 2, host: 'two' }),
    worktree: second.worktree,
    agentId,
    turn: 2,
  });
  assert.equal(await stage.mirror.git('rev-parse', chainOf('fenced')), pushed.sha);
  // Fenced for good: not even with what it learns by a fetch.
  await assert.rejects(one.prepareWorktree(input), failsAs('PushRejected'));
  await assert.rejects(one.checkpoint({ ...input, worktree, agentId, turn: 3 }), refused);
});

test('a first placement that had pushed nothing is refused too', async () => {
  const [one, two] = [stage.host('one'), stage.host('two')];
  const input = task('silent');
  const { worktree } = await one.prepareWorktree(input);
  await two.prepareWorktree(task('silent', { epoch: 2, host: 'two' }));
  await writeFiles(worktree, { 'a.txt': 'late\n' });
  await assert.rejects(one.checkpoint({ ...input, worktree, agentId, turn: 1 }), failsAs('PushRejected'));
  assert.match(await stage.mirror.git('log', '-1', '--format=%B', chainOf('silent')), /Factory-Epoch: 2/);
});

test('clone and forge have the same objects, and git drops none of them whoever asks', async () => {
  const one = stage.host('one');
  const input = task('shared');
  const { worktree } = await one.prepareWorktree(input);
  await writeFiles(worktree, { 'a.txt': 'only a checkpoint has this\n' });
  const { sha } = await one.checkpoint({ ...input, worktree, agentId, turn: 1 });
  const bare = repositoryAt(clonePath(stage.stateDir, 'one', REPOSITORY));
  assert.equal(realpathSync(join(bare.path, 'objects')), realpathSync(join(stage.mirror.path, 'objects')));
  // Neither of them names the other's: what an agent or a person runs there must not take it away.
  const loose = await repositoryAt(worktree).git('commit-tree', '-m', 'No ref has this', `${sha}^{tree}`);
  for (const place of [repositoryAt(worktree), bare, stage.mirror]) {
    await place.git('gc', '--quiet', '--prune=now');
    await assert.rejects(place.git('prune', '--expire=now'), /precious-objects/);
    await assert.rejects(place.git('repack', '-a', '-d'), /precious-objects/);
  }
  await stage.mirror.git('cat-file', '-e', loose);
  await writeFiles(worktree, { 'a.txt': 'after gc packed the refs\n' });
  const next = await one.checkpoint({ ...input, worktree, agentId, turn: 2 });
  assert.equal(await stage.mirror.git('rev-parse', `${next.sha}^1`), sha);
});
