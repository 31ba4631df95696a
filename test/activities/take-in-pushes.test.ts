/** A task takes in what somebody else pushed to its branch or its target: merged, not undone. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { repositoryAt, writeFiles } from '../support/git.ts';
import { createGitStage, failsAs, tasksOf } from '../support/git-stage.ts';
import { made } from '../support/made-up-secrets.ts';

const stage = await createGitStage({ files: { 'a.txt': 'a\n', 'b.txt': 'b\n' } });
after(stage.remove);

const task = tasksOf('forward');

/** A task with one commit pushed; with `remote` its host reaches the forge by fetch and push alone. */
async function pushed(taskKey: string, { remote = false, targetBranch = 'main' } = {}) {
  const one = stage.host('one', remote ? stage.byTransfer : {});
  const input = task(taskKey, { targetBranch });
  const { worktree, branch, headSha: base } = await one.prepareWorktree(input);
  const commit = (key: string, more = {}) => one.commitChange({ ...input, worktree, message: key, key, ...more });
  const push = (headSha: string) => one.pushBranch({ ...input, worktree, branch, headSha });
  const merge = () => one.mergeTarget({ ...input, worktree, message: 'Merge' });
  await writeFiles(worktree, { 'a.txt': 'one\n' });
  const first = await commit('k1');
  await push(first.headSha);
  return { one, input, worktree, branch, base, first, commit, push, merge, seen: repositoryAt(worktree) };
}

for (const remote of [false, true]) {
  const where = remote ? 'another machine' : 'this machine';

  test(`a branch that its agent rewrote goes on from what was pushed (forge on ${where})`, async () => {
    const { worktree, branch, base, first, commit, push, seen } = await pushed(`rewritten-${remote}`, { remote });
    await writeFiles(worktree, { 'a.txt': 'amended\n' });
    await seen.git('commit', '--quiet', '--all', '--amend', '--message', 'Amended');
    const amended = await seen.git('rev-parse', 'HEAD');
    const second = await commit('k2');
    assert.equal(await seen.git('rev-parse', 'HEAD^1', 'HEAD^2'), `${first.headSha}\n${amended}`);
    assert.equal(await seen.git('show', 'HEAD:a.txt'), 'amended');
    assert.deepEqual(await commit('k2'), second, 'a retry finds it');
    await push(second.headSha);

    await seen.git('reset', '--quiet', '--hard', base);
    const third = await commit('k3');
    assert.equal(await seen.git('rev-parse', 'HEAD^@'), second.headSha, 'what was undone is undone by a commit');
    assert.equal(await seen.git('show', 'HEAD:a.txt'), 'a');
    await push(third.headSha);

    await seen.git('reset', '--quiet', '--soft', second.headSha);
    assert.deepEqual(await commit('k4'), { ...third, changed: false }, 'the same files are no new commit');
    assert.equal(await stage.mirror.git('rev-parse', branch), third.headSha);
    assert.equal(await seen.git('status', '--porcelain'), '');
  });

  test(`what somebody pushed to the branch is merged, not undone (forge on ${where})`, async () => {
    const { worktree, branch, commit, push, seen } = await pushed(`shared-${remote}`, { remote });
    const theirs = await stage.advance(branch, { 'theirs.txt': 'theirs\n' });
    await writeFiles(worktree, { 'b.txt': 'mine\n' });
    const second = await commit('k2');
    assert.equal(await seen.git('rev-parse', 'HEAD^2'), theirs);
    assert.equal(readFileSync(join(worktree, 'theirs.txt'), 'utf8'), 'theirs\n');
    assert.equal(await seen.git('show', 'HEAD:b.txt'), 'mine');
    assert.equal(await seen.git('status', '--porcelain'), '');
    assert.deepEqual(await commit('k2'), second);
    await push(second.headSha);

    await stage.advance(branch, { 'b.txt': 'theirs\n' });
    await writeFiles(worktree, { 'b.txt': 'mine again\n' });
    const met = await commit('k3');
    const named = (commit: typeof met) => [commit.unresolved.map(({ path }) => path), commit.isOwnBranch];
    assert.deepEqual(named(met), [['b.txt'], true]);
    assert.match(readFileSync(join(worktree, 'b.txt'), 'utf8'), /^<{7} /);
    const again = await commit('k3');
    assert.deepEqual(named(again), [['b.txt'], true], 'a retry says so too');
    await writeFiles(worktree, { 'b.txt': 'both\n' });
    const settled = await commit('k4');
    assert.deepEqual(settled.unresolved, []);
    await push(settled.headSha);
    assert.equal(await stage.mirror.git('show', `${branch}:b.txt`), 'both');

    await stage.advance(branch, { 'later.txt': 'theirs\n' });
    await writeFiles(worktree, { 'key.txt': `ghp_${made(36)}\n` });
    const held = await commit('k5');
    assert.equal((await push(held.headSha)).secrets.length, 1);
    await writeFiles(worktree, { 'key.txt': 'none\n' });
    const clean = await commit('k6');
    assert.deepEqual([clean.unresolved, clean.mergedSha], [[], undefined], 'what was taken back was not of the target');
    assert.deepEqual((await push(clean.headSha)).secrets, []);
    assert.equal(await stage.mirror.git('show', `${branch}:later.txt`), 'theirs');
  });

  test(`somebody who pushes after the commit moves the branch, not the place (forge on ${where})`, async () => {
    const { worktree, branch, commit, push } = await pushed(`moved-${remote}`, { remote });
    await writeFiles(worktree, { 'b.txt': 'mine\n' });
    const second = await commit('k2');
    const chain = `refs/factory/checkpoints/forward/moved-${remote}`;
    const chainBefore = await stage.mirror.git('rev-parse', chain);
    const theirs = await stage.advance(branch, { 'theirs.txt': 'theirs\n' });
    await assert.rejects(push(second.headSha), failsAs('BranchMoved'));
    assert.equal(await stage.mirror.git('rev-parse', branch, chain), `${theirs}\n${chainBefore}`, 'both or neither');
    // As a person's retry does.
    const third = await commit('k3');
    assert.equal(third.changed, true);
    await push(third.headSha);
  });
}

test('a laid conflict is remembered with the tree: another run settles it without being told', async () => {
  await stage.mirror.git('branch', 'factory/forward/target', 'main');
  const target = { targetBranch: 'factory/forward/target' };
  const { worktree, first, commit, merge, seen } = await pushed('remembered', target);
  const theirs = await stage.advance(target.targetBranch, { 'a.txt': 'theirs\n', 'c.txt': 'new\n' });
  const conflict = await merge();
  assert.ok(conflict.kind === 'conflict');
  assert.deepEqual([conflict.files, conflict.targetSha], [['a.txt'], theirs]);
  const marked = await commit('k2');
  assert.match(marked.unresolved[0]?.problem ?? '', /^a.txt still holds markers/, 'markers are still looked for');
  assert.equal(marked.isOwnBranch, undefined);

  await writeFiles(worktree, { 'a.txt': 'both\n' });
  await stage.advance(target.targetBranch, { 'd.txt': 'later\n' });
  assert.deepEqual(await merge(), conflict, 'settled, but not committed');
  const settled = await commit('k3');
  assert.deepEqual(settled.unresolved, []);
  assert.equal(await seen.git('rev-parse', 'HEAD^1', 'HEAD^2'), `${first.headSha}\n${theirs}`);
  const next = await merge();
  assert.equal(next.kind, 'merged', 'forgotten once it is committed');
});

test('a laid conflict that the agent threw away is laid again', async () => {
  await stage.mirror.git('branch', 'factory/forward/base', 'main');
  const { worktree, merge, seen } = await pushed('thrown', { targetBranch: 'factory/forward/base' });
  await stage.advance('factory/forward/base', { 'a.txt': 'theirs\n' });
  const conflict = await merge();
  assert.equal(conflict.kind, 'conflict');
  await seen.git('reset', '--quiet', '--hard');
  assert.deepEqual(await merge(), conflict);
  assert.match(readFileSync(join(worktree, 'a.txt'), 'utf8'), /^<{7} /);
});
