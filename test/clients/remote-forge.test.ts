import assert from 'node:assert/strict';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeCheckpoint, pushChain } from '../../activities/worktree/checkpoint-chain.ts';
import { commitTree } from '../../activities/worktree/commits.ts';
import { isGitFailure } from '../../clients/git/failures.ts';
import { clonePath } from '../../clients/git/names.ts';
import { forgeBranch, lookAtForge, pushToForge, readForge } from '../../clients/git/remote.ts';
import { openRepository } from '../../clients/git/repository.ts';
import { repositoryAt, writeFiles } from '../support/git.ts';
import { createGitStage, failsAs, type HostActivities, REPOSITORY, tasksOf } from '../support/git-stage.ts';

const stage = await createGitStage({ files: { 'a.txt': 'a\n', 'b.txt': 'b\n' } });
after(stage.remove);

/** A host that reaches the forge by fetch and push alone, as from another machine. */
const remote = (name: string): HostActivities => stage.host(name, stage.byTransfer);

const task = tasksOf('checks');
const agentId = 'checks.task.implement.1';

test('a task from worktree to merged target, with a clone of its own objects', async () => {
  const one = remote('one');
  const input = task('whole');
  const { worktree, branch } = await one.prepareWorktree(input);
  assert.ok(lstatSync(join(clonePath(stage.stateDir, 'one', REPOSITORY), 'objects')).isDirectory());
  await writeFiles(worktree, { 'a.txt': 'mine\n' });
  const { sha } = await one.checkpoint({ ...input, worktree, agentId, turn: 1 });
  const { headSha } = await one.commitChange({ ...input, worktree, message: 'Mine', key: 'k' });
  await one.pushBranch({ ...input, worktree, branch, headSha });
  const chain = 'refs/factory/checkpoints/checks/whole';
  assert.equal(await stage.mirror.git('rev-parse', branch, `${chain}^1`), `${headSha}\n${sha}`);

  const at = { epicId: 'checks', repository: REPOSITORY, placement: input.placement };
  const review = await one.prepareDetached({ ...at, name: 'review', commit: headSha });
  assert.equal(review.commitSha, headSha);
  await stage.mirror.git('update-ref', 'refs/heads/main', await stage.mirror.git('rev-parse', branch));
  const ready = await one.mergeTarget({ ...input, worktree, message: 'Merge' });
  assert.ok(ready.kind === 'unchanged' && ready.targetSha === headSha);
  assert.equal((await one.prepareDetached({ ...at, name: 'integration', commit: 'main' })).commitSha, headSha);
  assert.equal(
    (await remote('two').prepareDetached({ ...at, name: 'sha', commit: headSha })).commitSha,
    headSha,
    'a commit that this host never had',
  );
});

test('a branch that is deleted on the forge is gone here too, and a task knows that it was merged before', async () => {
  const one = remote('one');
  const input = { ...task('deleted'), targetBranch: 'factory/deleted/target' };
  await stage.mirror.git('branch', input.targetBranch, 'main');
  const { worktree, branch } = await one.prepareWorktree(input);
  await writeFiles(worktree, { 'b.txt': 'mine\n' });
  const { headSha } = await one.commitChange({ ...input, worktree, message: 'Mine', key: 'deleted' });
  const again = () => one.prepareWorktree({ ...input, placement: { host: 'one', epoch: 1 } });
  assert.equal((await again()).isMerged, false);
  await one.pushBranch({ ...input, worktree, branch, headSha });
  const clone = await openRepository(stage.hostOf('one', stage.byTransfer), REPOSITORY);
  const read = async () => (await readForge(clone, [forgeBranch(branch, { optional: true })])).size;
  assert.equal(await read(), 1);
  await stage.mirror.git('update-ref', `refs/heads/${input.targetBranch}`, headSha);
  await stage.mirror.git('update-ref', '-d', `refs/heads/${branch}`);
  assert.equal(await read(), 0);
  assert.equal((await again()).isMerged, true);
});

test('a placement that was replaced can push nothing any more', async () => {
  const [one, two] = [remote('one'), remote('two')];
  const input = task('fenced');
  const { worktree, branch } = await one.prepareWorktree(input);
  await writeFiles(worktree, { 'a.txt': 'old\n' });
  const { headSha } = await one.commitChange({ ...input, worktree, message: 'Old', key: 'old' });
  await one.checkpoint({ ...input, worktree, agentId, turn: 1 });
  await writeFiles(worktree, { 'b.txt': 'not committed\n' });
  await one.checkpoint({ ...input, worktree, agentId, turn: 2 });
  const second = await two.prepareWorktree(task('fenced', { epoch: 2, host: 'two' }));
  assert.equal(second.headSha, headSha);
  assert.equal(await repositoryAt(second.worktree).git('status', '--porcelain'), ' M b.txt');

  const refused = failsAs('PushRejected', { message: /placed again/ });
  await writeFiles(worktree, { 'a.txt': 'late\n' });
  await assert.rejects(one.checkpoint({ ...input, worktree, agentId, turn: 2 }), refused);
  await assert.rejects(one.pushBranch({ ...input, worktree, branch, headSha }), refused);
  assert.equal(await stage.mirror.git('for-each-ref', `refs/heads/${branch}`), '', 'the branch did not move either');
});

test('a push whose answer was lost counts, and does not fence its own placement', async () => {
  const one = remote('one');
  const input = task('lost-answer');
  const { worktree, branch } = await one.prepareWorktree(input);
  const bare = repositoryAt(clonePath(stage.stateDir, 'one', REPOSITORY));
  const pushedRef = 'refs/factory/pushed/checks/lost-answer/1';
  await writeFiles(worktree, { 'a.txt': '0\n' });
  await one.checkpoint({ ...input, worktree, agentId, turn: 0 });
  const before = await bare.git('rev-parse', pushedRef);
  await writeFiles(worktree, { 'a.txt': '1\n' });
  await one.checkpoint({ ...input, worktree, agentId, turn: 1 });
  // As if it had been killed between git's answer and the note of it.
  await bare.git('update-ref', pushedRef, before);
  await writeFiles(worktree, { 'a.txt': '2\n' });
  assert.equal((await one.checkpoint({ ...input, worktree, agentId, turn: 2 })).pushed, true);
  await bare.git('update-ref', pushedRef, before);
  const { headSha } = await one.commitChange({ ...input, worktree, message: 'One', key: 'k' });
  await one.pushBranch({ ...input, worktree, branch, headSha });
  await bare.git('update-ref', pushedRef, before);
  await one.pushBranch({ ...input, worktree, branch, headSha });
  assert.equal(await stage.mirror.git('rev-parse', branch), headSha);
});

for (const [how, hostOf] of [
  ['by git push', () => stage.hostOf('one', stage.byTransfer)],
  ['on shared refs', () => stage.hostOf('beside')],
] as const) {
  test(`a lease that is not met any more moves nothing, and a branch only goes forward, ${how}`, async () => {
    const clone = await openRepository(hostOf(), REPOSITORY);
    assert.equal(clone.forge === undefined, how === 'by git push');
    const tree = await stage.mirror.git('rev-parse', 'main^{tree}');
    const commit = (message: string, ...parents: string[]) => commitTree(clone, { tree, parents, message });
    const first = await commit('First');
    const [second, aside] = [await commit('Second', first), await commit('Aside', first)];
    const name = how.replaceAll(' ', '-');
    const [ref, branch] = [`refs/factory/checkpoints/lease/${name}`, `factory/lease/${name}`];
    const push = (to: string, expected: string | undefined, sha: string) =>
      pushToForge(clone, { ref, to, expected }, { name: branch, sha });
    const there = () => stage.mirror.git('for-each-ref', '--format=%(objectname)', ref, `refs/heads/${branch}`);

    await push(first, undefined, first);
    for (const expected of [undefined, second]) {
      await assert.rejects(push(aside, expected, second), (error) => isGitFailure(error, 'lease-lost'));
    }
    assert.equal(await there(), `${first}\n${first}`);
    await push(second, first, second);
    await assert.rejects(push(aside, second, aside), (error) => isGitFailure(error, 'not-forward'));
    assert.equal(await there(), `${second}\n${second}`);
    await stage.mirror.git('update-ref', `refs/heads/a/refs/heads/${branch}`, first);
    assert.equal((await lookAtForge(clone, `refs/heads/${branch}`))?.sha, second, 'no other whose name ends so');
  });

  test(`a try that was frozen takes back nothing that its own placement pushed since, ${how}`, async () => {
    const { host: name } = hostOf();
    const one = stage.host(name, how === 'by git push' ? { remoteOf: hostOf().remoteOf } : {});
    const input = task(`frozen-${name}`, { host: name });
    const { worktree, headSha: head } = await one.prepareWorktree(input);
    const clone = await openRepository(hostOf(), REPOSITORY);
    const turns: (string | null)[] = [];
    const take = async (turn: number) => {
      await writeFiles(worktree, { 'a.txt': `${turn}\n` });
      turns.push((await one.checkpoint({ ...input, worktree, agentId, turn })).sha);
    };
    await take(4);
    const [after = null] = turns;
    assert.ok(after !== null);
    const tree = await stage.mirror.git('rev-parse', `${after}^{tree}`);
    const sha = await makeCheckpoint(clone, { ...input, ...input.placement }, { tree, head, after, why: 'late' });
    await take(5);
    await take(6);
    const late = pushChain(clone, { ...input, epoch: 1 }, { sha, expected: after });
    await assert.rejects(late, failsAs('PushRejected', { message: /may not push/ }));
    const chain = `refs/factory/checkpoints/checks/frozen-${name}`;
    assert.equal(await stage.mirror.git('rev-parse', chain), turns.at(-1));
    await take(7);
    assert.equal(await stage.mirror.git('rev-parse', chain), turns.at(-1));
  });
}
