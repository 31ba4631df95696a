import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { adminDir } from '../../activities/worktree/worktree-state.ts';
import { clonePath } from '../../clients/git/names.ts';
import { repositoryAt, writeFiles } from '../support/git.ts';
import { createGitStage, failsAs, REPOSITORY, tasksOf } from '../support/git-stage.ts';

const stage = await createGitStage({
  files: { 'a.txt': 'a\n', 'b.txt': 'b\n', '.gitattributes': '*.txt merge=mine\n' },
});
after(stage.remove);

const task = tasksOf('branches');

test('a commit has the message, the trailers and the files, and the index equals it', async () => {
  const one = stage.host('one');
  const input = task('commits');
  const { worktree, headSha: base } = await one.prepareWorktree(input);
  const seen = repositoryAt(worktree);
  assert.equal((await one.commitChange({ ...input, worktree, message: 'None', key: 'k0' })).changed, false);
  await writeFiles(worktree, { 'a.txt': 'A\n', 'new.txt': 'new\n' });
  // A model cannot pass off its commit as another one.
  const message = 'Change a\n\nBecause.\n\nFactory-Key: forged';
  const made = await one.commitChange({ ...input, worktree, message, key: 'k1' });
  assert.deepEqual(
    { ...made, headSha: '', treeSha: '' },
    {
      ...{ headSha: '', treeSha: '', changed: true, unresolved: [], leftOut: [] },
    },
  );
  assert.equal(await seen.git('status', '--porcelain'), '');
  assert.equal(await seen.git('rev-parse', 'HEAD^', 'HEAD^{tree}'), `${base}\n${made.treeSha}`);
  assert.equal(
    await seen.git('log', '-1', '--format=%B'),
    'Change a\n\nBecause.\n\nFactory-Epic: branches\nFactory-Task: commits\nFactory-Key: k1',
  );
  assert.deepEqual(await one.commitChange({ ...input, worktree, message, key: 'k1' }), made);
  assert.equal(await seen.git('rev-list', '--count', `${base}..HEAD`), '1');
});

test('a push brings the branch and moves the chain; a branch that somebody else moved is left alone', async () => {
  const one = stage.host('one');
  const input = task('pushes');
  const { worktree, branch } = await one.prepareWorktree(input);
  await writeFiles(worktree, { 'a.txt': 'pushed\n' });
  const { headSha } = await one.commitChange({ ...input, worktree, message: 'Push', key: 'k1' });
  const chain = 'refs/factory/checkpoints/branches/pushes';
  await one.checkpoint({ ...input, worktree, agentId: 'a', turn: 1 });
  const chainBefore = await stage.mirror.git('rev-parse', chain);
  assert.deepEqual(await one.pushBranch({ ...input, worktree, branch, headSha }), { secrets: [] });
  assert.equal(await stage.mirror.git('rev-parse', branch), headSha);
  const chainAfter = await stage.mirror.git('rev-parse', chain);
  assert.notEqual(chainAfter, chainBefore);

  await writeFiles(worktree, { 'a.txt': 'again\n' });
  const second = await one.commitChange({ ...input, worktree, message: 'Again', key: 'k2' });
  const theirs = await stage.advance(branch, { 'theirs.txt': '' });
  await assert.rejects(one.pushBranch({ ...input, worktree, branch, headSha: second.headSha }), failsAs('BranchMoved'));
  assert.equal(await stage.mirror.git('rev-parse', branch), theirs);
  assert.equal(await stage.mirror.git('rev-parse', chain), chainAfter, 'both or neither');
});

test('a target that moved is merged, and its diff against the target stays the same', async () => {
  const one = stage.host('one');
  const input = task('merges', { targetBranch: 'factory/branches/epic' });
  await stage.mirror.git('branch', 'factory/branches/epic', 'main');
  const { worktree } = await one.prepareWorktree(input);
  await writeFiles(worktree, { 'a.txt': 'mine\n' });
  const { headSha } = await one.commitChange({ ...input, worktree, message: 'Mine', key: 'k' });
  const before = await one.mergeTarget({ ...input, worktree, message: 'Merge' });
  assert.ok(before.kind === 'unchanged' && before.headSha === headSha);
  const theirs = await stage.advance('factory/branches/epic', { 'b.txt': 'theirs\n', 'c.txt': 'new\n' });

  const merged = await one.mergeTarget({ ...input, worktree, message: 'Merge' });
  assert.ok(merged.kind === 'merged');
  assert.equal(merged.diffHash, before.diffHash);
  assert.equal(merged.targetSha, theirs);
  const seen = repositoryAt(worktree);
  assert.equal(await seen.git('rev-parse', 'HEAD', 'HEAD^1', 'HEAD^2'), `${merged.headSha}\n${headSha}\n${theirs}`);
  assert.equal(await seen.git('status', '--porcelain'), '');
  assert.equal(readFileSync(join(worktree, 'b.txt'), 'utf8'), 'theirs\n');
  // A retry whose answer was lost must still say that there is something to verify.
  assert.deepEqual(await one.mergeTarget({ ...input, worktree, message: 'Merge' }), merged);

  await writeFiles(worktree, { 'a.txt': 'mine, and more\n' });
  await one.commitChange({ ...input, worktree, message: 'More', key: 'k2' });
  const changed = await one.mergeTarget({ ...input, worktree, message: 'Merge' });
  assert.ok(changed.kind === 'unchanged' && changed.diffHash !== before.diffHash);
});

test('what a merge takes out of .gitignore is no longer left out', async () => {
  const one = stage.host('one');
  const input = task('ignores', { targetBranch: 'factory/branches/ignores' });
  await stage.mirror.git('branch', 'factory/branches/ignores', 'main');
  await stage.advance('factory/branches/ignores', { '.gitignore': 'cache/\n' });
  const { worktree } = await one.prepareWorktree(input);
  await writeFiles(worktree, { 'a.txt': 'mine\n', 'cache/x': 'x\n' });
  await one.commitChange({ ...input, worktree, message: 'Mine', key: 'k1' });
  await stage.advance('factory/branches/ignores', { '.gitignore': '' });
  assert.equal((await one.mergeTarget({ ...input, worktree, message: 'Merge' })).kind, 'merged');
  assert.equal((await one.commitChange({ ...input, worktree, message: 'Cache', key: 'k2' })).changed, true);
  assert.equal(await repositoryAt(worktree).git('show', 'HEAD:cache/x'), 'x');
});

test('a merge names the protected paths of the change, not those of the target, unless its head was seen before', async () => {
  const one = stage.host('one');
  const input = task('guarded', { targetBranch: 'factory/branches/guarded-target' });
  await stage.mirror.git('branch', 'factory/branches/guarded-target', 'main');
  const { worktree } = await one.prepareWorktree(input);
  await writeFiles(worktree, { 'ci/mine': 'mine\n', 'a.txt': 'mine\n' });
  const { headSha } = await one.commitChange({ ...input, worktree, message: 'Mine', key: 'k' });
  await stage.advance('factory/branches/guarded-target', { 'ci/theirs': 'theirs\n' });
  const merge = (seen?: string) =>
    one.mergeTarget({ ...input, worktree, message: 'Merge', protection: { protectedPaths: ['ci'], seen } });
  const merged = await merge(headSha);
  assert.ok(merged.kind === 'merged');
  assert.deepEqual(merged.protected?.lines, ['added ci/mine']);
  assert.deepEqual(await merge(), merged, 'a retry finds the same, without another merge');
  const { protected: _, ...unsearched } = merged;
  assert.deepEqual(await merge(merged.headSha), unsearched);
  const protection = { protectedPaths: ['elsewhere'] };
  const elsewhere = await one.mergeTarget({ ...input, worktree, message: 'Merge', protection });
  assert.deepEqual(elsewhere, unsearched);
});

test('a conflict is laid into the worktree, and committed only when its markers are gone', async () => {
  const one = stage.host('one');
  await stage.mirror.git('branch', 'factory/branches/target', 'main');
  const input = task('conflicts', { targetBranch: 'factory/branches/target' });
  const { worktree } = await one.prepareWorktree(input);
  await writeFiles(worktree, { 'a.txt': 'mine\n' });
  const mine = await one.commitChange({ ...input, worktree, message: 'Mine', key: 'k' });
  const theirs = await stage.advance('factory/branches/target', { 'a.txt': 'theirs\n', 'c.txt': 'new\n' });

  const conflict = await one.mergeTarget({ ...input, worktree, message: 'Merge' });
  assert.ok(conflict.kind === 'conflict');
  assert.deepEqual([conflict.files, conflict.headSha, conflict.targetSha], [['a.txt'], mine.headSha, theirs]);
  const laid = readFileSync(join(worktree, 'a.txt'), 'utf8');
  assert.match(laid, /^<{7} .*\nmine\n={7}\ntheirs\n>{7} /, 'a driver that is not git’s own has no say');
  assert.equal(readFileSync(join(worktree, 'c.txt'), 'utf8'), 'new\n');
  assert.deepEqual(await one.mergeTarget({ ...input, worktree, message: 'Merge' }), conflict, 'laid once');

  const resolve = { ...input, worktree, message: 'Merge by hand' };
  const refused = await one.commitChange({ ...resolve, key: 'm1' });
  assert.deepEqual([refused.headSha, refused.changed], [mine.headSha, false]);
  assert.deepEqual(refused.sides, { task: mine.headSha, base: theirs });
  assert.deepEqual(
    refused.unresolved.map(({ path }) => path),
    ['a.txt'],
  );
  await writeFiles(worktree, {
    'a.txt': 'mine and theirs\n',
    'doc.md': '<<<<<<< an example in a file without conflict\n',
  });
  const resolved = await one.commitChange({ ...resolve, key: 'm1' });
  assert.deepEqual(resolved.unresolved, []);
  const seen = repositoryAt(worktree);
  assert.equal(await seen.git('rev-parse', 'HEAD^1', 'HEAD^2'), `${mine.headSha}\n${theirs}`);
  assert.equal((await one.mergeTarget({ ...input, worktree, message: 'Merge' })).kind, 'unchanged');
});

test('a merge neither overwrites what is not committed nor touches a detached worktree that conflicts', async () => {
  const one = stage.host('one');
  await stage.mirror.git('branch', 'factory/branches/moving', 'main');
  const input = task('dirty', { targetBranch: 'factory/branches/moving' });
  const { worktree } = await one.prepareWorktree(input);
  const mine = await stage.advance('side', { 'a.txt': 'side\n' }, 'main');
  await stage.advance('factory/branches/moving', { 'a.txt': 'moved\n' });
  await writeFiles(worktree, { 'a.txt': 'not committed\n' });
  await assert.rejects(
    one.mergeTarget({ ...input, worktree, message: 'M' }),
    failsAs('ChangesUncommitted', { message: /commit them first/ }),
  );
  assert.equal(readFileSync(join(worktree, 'a.txt'), 'utf8'), 'not committed\n');

  const epic = { epicId: 'branches', repository: REPOSITORY, placement: { host: 'one', epoch: 1 } };
  const detached = await one.prepareDetached({ ...epic, name: 'integration', commit: mine });
  const at = { ...epic, worktree: detached.worktree, targetBranch: 'factory/branches/moving', message: 'M' };
  assert.equal((await one.mergeTarget(at)).kind, 'conflict');
  const seen = repositoryAt(detached.worktree);
  assert.equal(await seen.git('status', '--porcelain'), '');
  assert.equal(await seen.git('rev-parse', 'HEAD'), mine);
});

test("the epic's branch is merged and pushed from a detached worktree, by its latest placement only", async () => {
  const [one, two] = [stage.host('one'), stage.host('two')];
  await stage.mirror.git('branch', 'factory/whole/epic', 'main');
  const begun = await stage.advance('factory/whole/epic', { 'epic.txt': '1\n' });
  const moved = await stage.advance('main', { 'base.txt': 'moved\n' });
  const at = (host: string, epoch: number) => ({ epicId: 'whole', repository: REPOSITORY, placement: { host, epoch } });
  const branch = 'factory/whole/epic';
  const first = await one.prepareDetached({ ...at('one', 1), name: 'integration', commit: branch });
  const merged = await one.mergeTarget({
    ...at('one', 1),
    worktree: first.worktree,
    targetBranch: 'main',
    message: 'M',
  });
  assert.ok(merged.kind === 'merged');
  assert.equal(await repositoryAt(first.worktree).git('rev-parse', 'HEAD^1', 'HEAD^2'), `${begun}\n${moved}`);
  await one.pushBranch({ ...at('one', 1), worktree: first.worktree, branch, headSha: merged.headSha });
  assert.equal(await stage.mirror.git('rev-parse', branch), merged.headSha);

  const second = await two.prepareDetached({ ...at('two', 2), name: 'integration', commit: branch });
  await two.pushBranch({ ...at('two', 2), worktree: second.worktree, branch, headSha: second.commitSha });
  await assert.rejects(
    one.pushBranch({ ...at('one', 1), worktree: first.worktree, branch, headSha: merged.headSha }),
    failsAs('PushRejected', { message: /placed again/ }),
  );
});

test('a merge that a kill interrupted is ended by whoever opens the worktree next', async () => {
  const one = stage.host('one');
  await stage.mirror.git('branch', 'factory/branches/killed', 'main');
  const input = task('killed', { targetBranch: 'factory/branches/killed' });
  const { worktree, headSha } = await one.prepareWorktree(input);
  await writeFiles(worktree, { 'a.txt': 'mine\n' });
  const mine = await one.commitChange({ ...input, worktree, message: 'Mine', key: 'k' });
  await stage.advance('factory/branches/killed', { 'b.txt': 'theirs\n', 'c.txt': 'new\n' });
  const merged = await one.mergeTarget({ ...input, worktree, message: 'M' });
  assert.ok(merged.kind === 'merged');

  // As it is when the kill came after the first file was written: the head has not moved, the rest is the old tree.
  const bare = clonePath(stage.stateDir, 'one', REPOSITORY);
  const seen = repositoryAt(worktree);
  await seen.git('reset', '--quiet', '--hard', mine.headSha);
  writeFileSync(join(worktree, 'c.txt'), 'ne');
  const stateFile = join(adminDir({ gitDir: bare }, 'branches', worktree), 'factory.json');
  const move = { ref: 'refs/heads/factory/branches/killed', from: mine.headSha, to: merged.headSha };
  const state = { ...JSON.parse(readFileSync(stateFile, 'utf8')), moving: { tree: merged.treeSha, head: move } };
  writeFileSync(stateFile, JSON.stringify(state));

  assert.deepEqual(await one.mergeTarget({ ...input, worktree, message: 'M' }), merged);
  assert.equal(await seen.git('status', '--porcelain'), '');
  assert.equal(await seen.git('rev-parse', 'HEAD'), merged.headSha);
  assert.ok(existsSync(join(worktree, 'c.txt')) && headSha !== merged.headSha);
});
