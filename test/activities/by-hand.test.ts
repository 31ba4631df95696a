/** A task's branch that a person moved on the forge: what is seen of it, and going on from there. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { repositoryAt, writeFiles } from '../support/git.ts';
import { createGitStage, REPOSITORY } from '../support/git-stage.ts';

const stage = await createGitStage({ files: { 'a.txt': 'a\n' } });
after(stage.remove);

for (const remote of [false, true]) {
  const where = remote ? 'another machine' : 'this machine';

  test(`pushed on top, rewritten, taken over, deleted (forge on ${where})`, async () => {
    const host = stage.host('one', remote ? stage.byTransfer : {});
    const place = { epicId: 'hand', repository: REPOSITORY, placement: { host: 'one', epoch: 1 } };
    const task = { ...place, taskKey: `task-${remote}` };
    const { worktree, branch, headSha: base } = await host.prepareWorktree({ ...task, targetBranch: 'main' });
    const at = { ...task, worktree, branch };
    await writeFiles(worktree, { 'a.txt': 'ours\n' });
    const { headSha: knownSha } = await host.commitChange({ ...at, message: 'Ours', key: 'k1' });
    await host.pushBranch({ ...at, headSha: knownSha });
    const compare = () => host.compareBranch({ ...at, knownSha });
    assert.deepEqual(await compare(), { kind: 'same', headSha: knownSha });

    const other = { ...place, name: 'person', placement: { host: 'other', epoch: 1 } };
    const { worktree: theirs } = await stage.host('other').prepareDetached({ ...other, commit: branch });
    const onTop = await repositoryAt(theirs).commit('On top', { 'b.txt': 'b\n' });
    // As a forge that lets people force.
    const push = async (commit: string) => {
      await repositoryAt(theirs).git('push', '--quiet', stage.mirror.path, `${commit}:refs/heads/by-hand-${commit}`);
      await stage.mirror.git('update-ref', `refs/heads/${branch}`, commit);
    };
    await push(onTop);
    assert.deepEqual(await compare(), { kind: 'ahead', headSha: onTop });

    // They take our commit out again, while files lie in the worktree that no commit has.
    await repositoryAt(theirs).git('checkout', '--quiet', base);
    const rewritten = await repositoryAt(theirs).commit('Instead', { 'c.txt': 'c\n' });
    await push(rewritten);
    assert.deepEqual(await compare(), { kind: 'rewritten', headSha: rewritten });
    await writeFiles(worktree, { 'a.txt': 'in the middle\n' });
    assert.deepEqual(await host.takeBranch(at), { headSha: rewritten });
    assert.deepEqual(await host.takeBranch(at), { headSha: rewritten }, 'twice is once');
    const here = repositoryAt(worktree);
    assert.equal(await here.git('rev-parse', 'HEAD'), rewritten);
    assert.equal(await here.git('status', '--porcelain'), '');
    assert.equal(await here.git('show', 'HEAD:a.txt'), 'a');
    assert.equal(await here.git('show', `refs/factory/kept/hand/task-${remote}/1:a.txt`), 'in the middle');

    // What is handed in next goes on from there, forward.
    await writeFiles(worktree, { 'd.txt': 'd\n' });
    const { headSha: next } = await host.commitChange({ ...at, message: 'Next', key: 'k2' });
    assert.equal(await here.git('rev-parse', `${next}^`), rewritten);
    assert.deepEqual(await host.pushBranch({ ...at, headSha: next }), { secrets: [] });
    // They do it again in the same placement, while all here is committed: that is kept too, beside what was before.
    await repositoryAt(theirs).git('checkout', '--quiet', base);
    const again = await repositoryAt(theirs).commit('Once more', { 'e.txt': 'e\n' });
    await push(again);
    assert.deepEqual(await host.takeBranch(at), { headSha: again });
    const kept = (await here.git('log', '--format=%s', `refs/factory/kept/hand/task-${remote}/1`, `^${base}`)).split(
      '\n',
    );
    for (const subject of ['Ours', 'Next', 'Before a rewritten branch was taken over'])
      assert.ok(kept.includes(subject), `${subject} is in ${kept}`);
    // A host that takes the task over finds it there too.
    const two = await stage.host('two').prepareWorktree({
      ...{ ...task, targetBranch: 'main', placement: { host: 'two', epoch: 2 } },
    });
    assert.equal(two.headSha, again);

    await stage.mirror.git('update-ref', '-d', `refs/heads/${branch}`);
    assert.deepEqual(await compare(), { kind: 'gone' });
  });
}
