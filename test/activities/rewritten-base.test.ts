/** A base that was rewritten: nothing that is built on what it dropped leaves the host, and the work can be taken over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeBranch } from '../../activities/forge/mirror.ts';
import { repositoryAt, writeFiles } from '../support/git.ts';
import { failsAs, REPOSITORY } from '../support/git-stage.ts';
import { push } from '../support/local-forge.ts';
import { createStage, useRewrittenBases } from '../support/rewritten-base.ts';

useRewrittenBases();

for (const remote of [false, true]) {
  const where = remote ? 'another machine' : 'this machine';

  test(`after a rewrite nothing is pushed any more (forge on ${where})`, async () => {
    const { one, mirror, base, input, worktree, branch, commit, pushHead, chain, rewrite, leaks } = await createStage({
      remote,
    });
    await writeFiles(worktree, { 'a.txt': 'mine\n' });
    const { headSha } = await commit('k1');
    const now = await rewrite();
    const refused = failsAs('BaseRewritten', {
      message: new RegExp(`main was rewritten: it is at ${now.slice(0, 12)}`),
    });
    await assert.rejects(pushHead(headSha), refused);
    await assert.rejects(one.showHead({ ...input(1), worktree, headSha }), refused);
    await assert.rejects(one.checkpoint({ ...input(1), worktree, agentId: 'w', turn: 1 }), refused);
    await assert.rejects(one.mergeTarget({ ...input(1), worktree, message: 'Merge' }), refused);
    await assert.rejects(one.prepareWorktree({ ...input(2), base }), refused);
    assert.deepEqual(await leaks(), []);
    assert.equal(await mirror.git('for-each-ref', `refs/heads/${branch}`, chain), '');
  });

  test(`the base rolled back, or begun again, is rewritten too (forge on ${where})`, async () => {
    const { one, mirror, base, input, dropped, worktree, commit, pushHead } = await createStage({ remote });
    await writeFiles(worktree, { 'a.txt': 'mine\n' });
    const { headSha } = await commit('k1');
    await mirror.git('update-ref', 'refs/heads/main', `${dropped}^`);
    await assert.rejects(pushHead(headSha), failsAs('BaseRewritten'));
    const root = await mirror.git('commit-tree', '-m', 'A new root', `${dropped}^{tree}`);
    await mirror.git('update-ref', 'refs/heads/main', root);
    await assert.rejects(pushHead(headSha), failsAs('BaseRewritten'));
    await assert.rejects(one.prepareWorktree({ ...input(2), base }), failsAs('BaseRewritten'));
    await mirror.git('update-ref', 'refs/heads/main', dropped);
    await push(mirror, 'main', { 'later.txt': '' });
    await pushHead(headSha);
  });

  test(`the work is taken over without the dropped history (forge on ${where})`, async () => {
    const { one, mirror, input, dropped, worktree, branch, commit, pushHead, rewrite, leaks, chain } =
      await createStage({ remote });
    await writeFiles(worktree, { 'a.txt': 'mine\n' });
    const first = await commit('k1');
    await pushHead(first.headSha);
    await writeFiles(worktree, { 'b.txt': 'not handed in\n' });
    const now = await rewrite();
    const base = { branch: 'main', sha: now };
    const prepared = await one.prepareWorktree({ ...input(2), base, from: dropped });
    assert.deepEqual(prepared.takenOver, { conflicts: [], replaces: first.headSha });
    assert.deepEqual([prepared.worktree, prepared.baseSha], [worktree, now]);
    const seen = repositoryAt(worktree);
    assert.equal(await seen.git('rev-parse', 'HEAD', 'HEAD^@'), `${prepared.headSha}\n${now}`);
    assert.equal(await seen.git('diff', '--name-only', 'HEAD^', 'HEAD'), 'a.txt');
    assert.equal(await seen.git('status', '--porcelain'), ' M b.txt');
    assert.deepEqual(await one.prepareWorktree({ ...input(2), base, from: dropped }), prepared, 'a retry');
    assert.deepEqual(await leaks(), [`refs/heads/${branch}`], 'pushed before the rewrite');

    const second = await commit('k2', 2);
    await pushHead(second.headSha, 2);
    assert.deepEqual(await leaks(), []);
    assert.equal(await mirror.git('rev-parse', branch), second.headSha);
    assert.equal(await mirror.git('diff', '--name-only', 'main', branch), 'a.txt\nb.txt');
    await pushHead(second.headSha, 2);
    assert.equal(await mirror.git('log', '--format=%s', '--reverse', '-1', chain), `Checkpoint: push of ${branch}`);
    // As usual from here on.
    const again = await one.prepareWorktree({ ...input(3), base, from: now });
    assert.deepEqual([again.headSha, again.takenOver], [second.headSha, undefined]);
  });

  test(`the epic’s branch is taken over, then the branches of its tasks (forge on ${where})`, async () => {
    const target = 'factory/purge/epic';
    const stage = await createStage({ remote, target });
    const { one, mirror, input, base, dropped, worktree, commit, pushHead, rewrite, leaks, branch } = stage;
    await push(mirror, target, { 'merged.txt': 'by another task\n' });
    await one.mergeTarget({ ...input(1), worktree, message: 'Merge' });
    const from = await mirror.git('rev-parse', target);
    await writeFiles(worktree, { 'a.txt': 'mine\n' });
    const first = await commit('k1');
    await pushHead(first.headSha);
    const now = await rewrite();
    await assert.rejects(pushHead(first.headSha), failsAs('BaseRewritten'));
    const detached = { epicId: 'purge', repository: REPOSITORY, placement: { host: 'one', epoch: 1 } };
    const made = await one.prepareDetached({ ...detached, name: 'base', commit: target, base });
    const place = { ...detached, worktree: made.worktree };
    await assert.rejects(
      one.pushBranch({ ...place, branch: target, headSha: made.commitSha }),
      failsAs('BaseRewritten'),
    );
    const taken = await one.takeOverEpicBranch({ ...detached, branch: target, base });
    assert.equal(taken.baseSha, now);
    assert.deepEqual(await one.takeOverEpicBranch({ ...detached, branch: target, base }), taken);
    assert.equal(await mirror.git('rev-parse', target, `${target}^@`), `${taken.headSha}\n${now}`);
    assert.equal(await mirror.git('diff', '--name-only', 'main', target), 'merged.txt');

    const known = { branch: 'main', sha: now };
    const prepared = await one.prepareWorktree({ ...input(2), base: known, from });
    assert.deepEqual([prepared.baseSha, prepared.takenOver?.conflicts], [taken.headSha, []]);
    const second = await commit('k2', 2);
    await pushHead(second.headSha, 2);
    assert.equal(await mirror.git('diff', '--name-only', target, branch), 'a.txt');
    assert.deepEqual(await leaks(), []);
    assert.notEqual(dropped, now);
  });
}

test('a host that lacks the known commit knows by that that it was dropped', async () => {
  const { host, mirror, base, input, dropped, rewrite } = await createStage({ remote: true });
  await rewrite();
  await mirror.git('update-ref', '-d', 'refs/heads/factory/purge/work').catch(() => undefined);
  const two = host('two');
  const at = { ...input(2), placement: { host: 'two', epoch: 2 } };
  const refused = failsAs('BaseRewritten', { message: new RegExp(`no longer holds ${dropped.slice(0, 12)}`) });
  await assert.rejects(two.prepareWorktree({ ...at, base }), refused);
});

test('a task that needs no push merges nothing into the epic’s branch after a rewrite', async () => {
  const target = 'factory/purge/epic';
  const { one, input, worktree, commit, pushHead, rewrite, mirror, base } = await createStage({ target });
  await writeFiles(worktree, { 'a.txt': 'mine\n' });
  const { headSha } = await commit('k1');
  await pushHead(headSha);
  const merge = () => one.mergeTarget({ ...input(1), worktree, message: 'Merge' });
  assert.equal((await merge()).kind, 'unchanged');
  const { branch } = await one.prepareWorktree({ ...input(1), base });
  const repo = { gitDir: mirror.path };
  const wanted = { head: branch, base: target, expectedHeadSha: headSha, message: 'Merge', author: undefined };
  await rewrite();
  await assert.rejects(merge(), failsAs('BaseRewritten'));
  await assert.rejects(mergeBranch(repo, { ...wanted, standsOn: base }), failsAs('BaseRewritten'));
  assert.equal(await mirror.git('rev-parse', target), base.sha);
  await mirror.git('update-ref', 'refs/heads/main', base.sha);
  const merged = await mergeBranch(repo, { ...wanted, standsOn: base });
  await rewrite();
  assert.deepEqual(await mergeBranch(repo, { ...wanted, standsOn: base }), merged, 'merged already counts');
});

test('an epic’s branch that holds an older part of what was dropped is taken over too', async () => {
  const target = 'factory/purge/epic';
  const { one, mirror, base: old, dropped, rewrite } = await createStage({ target });
  await push(mirror, target, { 'merged.txt': 'by a task\n' });
  const newer = await push(mirror, 'main', { 'newer.txt': 'dropped too\n' });
  const now = await rewrite();
  const placement = { host: 'one', epoch: 1 };
  const input = { epicId: 'purge', repository: REPOSITORY, placement, branch: target };
  const base = { branch: 'main', sha: newer };
  const taken = await one.takeOverEpicBranch({ ...input, base });
  assert.equal(taken.baseSha, now);
  assert.equal(await mirror.git('diff', '--name-only', 'main', target), 'merged.txt');
  await assert.rejects(mirror.git('merge-base', '--is-ancestor', dropped, target));
  assert.deepEqual(await one.takeOverEpicBranch({ ...input, base }), taken, 'a retry');
  // Its answer got lost, and the base is rewritten once more.
  const last = await rewrite({ 'last.txt': 'l\n' });
  const again = await one.takeOverEpicBranch({ ...input, base });
  assert.equal(again.baseSha, last);
  assert.equal(await mirror.git('diff', '--name-only', 'main', target), 'merged.txt');
  assert.equal(old.sha, dropped);
});

test('an epic’s branch of which nobody can tell what it stands on is asked about', async () => {
  const target = 'factory/purge/epic';
  const { one, mirror, rewrite } = await createStage({ target });
  const root = await mirror.git('commit-tree', '-m', 'From elsewhere', 'main^{tree}');
  await mirror.git('update-ref', `refs/heads/${target}`, root);
  await rewrite();
  const placement = { host: 'one', epoch: 1 };
  const base = { branch: 'main', sha: 'd'.repeat(40) };
  await assert.rejects(
    one.takeOverEpicBranch({ epicId: 'purge', repository: REPOSITORY, placement, branch: target, base }),
    failsAs('BaseBranchMissing', { message: /nobody can tell whether that holds what main has dropped/ }),
  );
  assert.equal(await mirror.git('rev-parse', target), root);
});

test('a person takes a task back to a turn from before the rewrite, on what the base is now', async () => {
  const { one, input, worktree, dropped, commit, pushHead, rewrite, leaks, mirror, branch } = await createStage();
  const turn = async (number: number, files: Record<string, string>) => {
    await writeFiles(worktree, files);
    await one.checkpoint({ ...input(1), worktree, agentId: 'w', turn: number });
  };
  await turn(1, { 'a.txt': 'first try\n' });
  await turn(2, { 'a.txt': 'second try\n', 'c.txt': 'more\n' });
  await pushHead((await commit('k1')).headSha);
  const now = await rewrite();
  const base = { branch: 'main', sha: now };
  const prepared = await one.prepareWorktree({ ...input(2), base, from: dropped });
  const wish = { ...input(2), worktree, agentId: 'w', turn: 1, baseSha: prepared.baseSha, key: 'rewind/1' };
  const back = await one.rewindWorktree(wish);
  assert.ok(back.kind === 'rewound', JSON.stringify(back));
  const seen = repositoryAt(worktree);
  assert.equal(await seen.git('diff', '--name-only', now, 'HEAD'), 'a.txt');
  assert.equal(await seen.git('show', 'HEAD:a.txt'), 'first try');
  assert.deepEqual(await one.rewindWorktree(wish), back);
  await pushHead(back.headSha, 2);
  assert.deepEqual(await leaks(), []);
  assert.equal(await mirror.git('diff', '--name-only', 'main', branch), 'a.txt');
});

for (const target of ['main', 'factory/purge/epic']) {
  test(`a merge that never reached the forge is left behind with what was dropped (into ${target})`, async () => {
    const { one, input, worktree, dropped: kept, commit, pushHead, mirror, branch } = await createStage({ target });
    await writeFiles(worktree, { 'a.txt': 'mine\n' });
    await pushHead((await commit('k1')).headSha);
    const newer = await push(mirror, target, { 'newer.txt': 'to be purged\n' });
    const merged = await one.mergeTarget({ ...input(1), worktree, message: 'Merge' });
    assert.equal(merged.kind, 'merged');
    for (const name of new Set(['main', target])) await mirror.git('update-ref', `refs/heads/${name}`, kept);
    const now = await push(mirror, 'main', { 'other.txt': 'o\n' });
    if (target !== 'main') await mirror.git('update-ref', `refs/heads/${target}`, now);
    // Its workflow knows nothing of the merge, since the push failed.
    const base = { branch: 'main', sha: now };
    const prepared = await one.prepareWorktree({ ...input(2), base, from: kept });
    assert.deepEqual(prepared.takenOver?.conflicts, []);
    assert.deepEqual(await one.prepareWorktree({ ...input(2), base, from: kept }), prepared, 'a retry');
    await writeFiles(worktree, { 'b.txt': 'more\n' });
    await pushHead((await commit('k2', 2)).headSha, 2);
    await assert.rejects(mirror.git('merge-base', '--is-ancestor', newer, branch));
    assert.equal(await mirror.git('diff', '--name-only', 'main', branch), 'a.txt\nb.txt');
  });
}
