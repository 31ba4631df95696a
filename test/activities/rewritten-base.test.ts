/** A base that was rewritten: nothing that is built on what it dropped leaves the host, and the work can be taken over. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { repositoryAt, writeFiles } from '../support/git.ts';
import { createGitStage, failsAs, REPOSITORY } from '../support/git-stage.ts';
import { push } from '../support/local-forge.ts';

const cleanups: (() => Promise<void>)[] = [];
after(async () => {
  for (const cleanup of cleanups) await cleanup();
});

const FILES = { 'a.txt': 'a\n', 'b.txt': 'b\n' };
const SECRET = { 'secret.txt': 'to be purged\n' };

/** A task with one commit pushed on a base whose last commit is to be dropped. */
async function createStage({ remote = false, key = 'work', target = 'main' } = {}) {
  const stage = await createGitStage({ files: FILES });
  cleanups.push(() => stage.remove());
  const { mirror } = stage;
  // Another machine's forge lets a branch be replaced from exactly where it was, as GitHub does.
  if (remote) await mirror.git('config', 'receive.denyNonFastForwards', 'false');
  const dropped = await push(mirror, 'main', SECRET);
  if (target !== 'main') await mirror.git('branch', target, 'main');
  const reach = remote ? { remoteOf: () => pathToFileURL(mirror.path).href } : {};
  const one = stage.host('one', reach);
  const base = { branch: 'main', sha: dropped };
  const input = (epoch: number) => ({
    ...{ epicId: 'purge', taskKey: key, repository: REPOSITORY, targetBranch: target },
    placement: { host: 'one', epoch },
  });
  const { worktree, branch } = await one.prepareWorktree({ ...input(1), base });
  const commit = (name: string, epoch = 1) => one.commitChange({ ...input(epoch), worktree, message: name, key: name });
  const pushHead = (headSha: string, epoch = 1) => one.pushBranch({ ...input(epoch), worktree, branch, headSha });
  const chain = `refs/factory/checkpoints/purge/${key}`;
  /** The base without its last commit, and with another one. */
  const rewrite = async (files: Record<string, string> = { 'other.txt': 'o\n' }) => {
    await mirror.git('update-ref', 'refs/heads/main', `${dropped}^`);
    return await push(mirror, 'main', files);
  };
  /** The commits of the forge from which the dropped one can be reached. */
  const leaks = async () =>
    (await mirror.git('for-each-ref', '--format=%(refname)', `--contains=${dropped}`)).split('\n').filter(Boolean);
  return { ...stage, one, base, dropped, input, worktree, branch, commit, pushHead, chain, rewrite, leaks };
}

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

  test(`the base rolled back, or begun anew, is rewritten too (forge on ${where})`, async () => {
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

  test(`a conflict is laid into the worktree, and another host takes over as well (forge on ${where})`, async () => {
    const stage = await createStage({ remote });
    const { mirror, input, dropped, worktree, commit, pushHead, rewrite, leaks, branch } = stage;
    await writeFiles(worktree, { 'a.txt': 'mine\n', 'c.txt': 'mine\n' });
    const first = await commit('k1');
    await pushHead(first.headSha);
    const now = await rewrite({ 'a.txt': 'theirs\n' });
    const two = stage.host('two', remote ? { remoteOf: () => pathToFileURL(mirror.path).href } : {});
    const at = { ...input(2), placement: { host: 'two', epoch: 2 } };
    const base = { branch: 'main', sha: now };
    const prepared = await two.prepareWorktree({ ...at, base, from: dropped });
    assert.deepEqual(prepared.takenOver, { conflicts: ['a.txt'], replaces: first.headSha });
    assert.match(readFileSync(join(prepared.worktree, 'a.txt'), 'utf8'), /<<<<<<<.*theirs.*mine/s);
    const place = { ...at, worktree: prepared.worktree };
    const problems = async (key: string) => {
      const { unresolved } = await two.commitChange({ ...place, message: 'Too soon', key });
      return unresolved.map(({ path, problem }) => `${path}: ${problem}`);
    };
    assert.deepEqual(await problems('k2-untouched'), ['a.txt: it is as it was laid']);
    const laid = readFileSync(join(prepared.worktree, 'a.txt'), 'utf8');
    await writeFiles(prepared.worktree, { 'a.txt': `one more line\n${laid}` });
    assert.deepEqual(await problems('k2-markers'), ['a.txt: it still holds markers']);
    await writeFiles(prepared.worktree, { 'a.txt': 'both\n' });
    const settled = await two.commitChange({ ...place, message: 'Settled', key: 'k2' });
    await two.pushBranch({ ...place, branch, headSha: settled.headSha });
    assert.deepEqual(await leaks(), []);
    assert.equal(await mirror.git('diff', '--name-only', 'main', branch), 'a.txt\nc.txt');
    await assert.rejects(pushHead(first.headSha), failsAs(remote ? 'BaseRewritten' : 'PushRejected'));
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
