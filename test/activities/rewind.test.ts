/** A task's files taken back to an earlier turn, on real git. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { clonePath } from '../../clients/git/names.ts';
import { repositoryAt, writeFiles } from '../support/git.ts';
import { createGitStage, failsAs, REPOSITORY, tasksOf } from '../support/git-stage.ts';

const stage = await createGitStage({ files: { 'a.txt': 'a\n', 'gone.txt': 'g\n', '.gitignore': 'ignored/\n' } });
after(stage.remove);

const agentId = 'back.task.implement.1';
const task = tasksOf('back');
const chainOf = (taskKey: string) => `refs/factory/checkpoints/back/${taskKey}`;

/** A task whose turns 1 to 3 wrote `a.txt` and a file of their own. */
async function threeTurns(taskKey: string) {
  const one = stage.host('one');
  const input = task(taskKey);
  const { worktree, branch, baseSha } = await one.prepareWorktree(input);
  for (const turn of [1, 2, 3]) {
    await writeFiles(worktree, { 'a.txt': `${turn}\n`, [`turn-${turn}.txt`]: `${turn}\n` });
    await one.checkpoint({ ...input, worktree, agentId, turn });
  }
  return { one, input, worktree, branch, baseSha, seen: repositoryAt(worktree) };
}

test('worktree, index and branch equal a new commit with the turn’s tree; ignored files stay, what was there is kept', async () => {
  const { one, input, worktree, branch, baseSha, seen } = await threeTurns('whole');
  const { headSha } = await one.commitChange({ ...input, worktree, message: 'Three', key: 'k' });
  await one.pushBranch({ ...input, worktree, branch, headSha });
  await writeFiles(worktree, {
    'ignored/cache': 'kept',
    'untracked.txt': 'new',
    'staged.txt': 'staged',
    'a.txt': 'now',
  });
  await seen.git('add', 'staged.txt', 'a.txt');
  await seen.git('rm', '--quiet', 'gone.txt');

  const again = task('whole', { epoch: 2 });
  const prepared = await one.prepareWorktree(again);
  const wish = { ...again, worktree: prepared.worktree, agentId, turn: 1, baseSha, key: 'rewind/1' };
  const rewound = await one.rewindWorktree(wish);
  assert.equal(rewound.kind, 'rewound');
  assert.equal(await seen.git('status', '--porcelain'), '', 'nothing staged, changed or untracked');
  assert.equal(await seen.git('ls-files'), ['.gitignore', 'a.txt', 'gone.txt', 'turn-1.txt'].join('\n'));
  assert.equal(readFileSync(join(worktree, 'a.txt'), 'utf8'), '1\n');
  assert.equal(readFileSync(join(worktree, 'ignored/cache'), 'utf8'), 'kept');
  assert.deepEqual(
    [existsSync(join(worktree, 'staged.txt')), existsSync(join(worktree, 'turn-3.txt'))],
    [false, false],
  );
  assert.equal(await seen.git('rev-parse', 'HEAD~1'), headSha, 'forward only');
  assert.equal(await seen.git('branch', '--show-current'), branch);
  const kept = repositoryAt(clonePath(stage.stateDir, 'one', REPOSITORY));
  assert.equal(await kept.git('show', 'refs/factory/kept/back/whole/2:untracked.txt'), 'new');

  assert.deepEqual(await one.rewindWorktree(wish), rewound, 'the same key is the same commit');
  assert.equal(
    await stage.mirror.git('rev-parse', `refs/heads/${branch}`),
    headSha,
    'its push comes with the next work',
  );
  await writeFiles(worktree, { 'a.txt': 'other\n' });
  const next = await one.commitChange({ ...again, worktree, message: 'Other', key: 'k2' });
  await one.pushBranch({ ...again, worktree, branch, headSha: next.headSha });
  assert.equal(await stage.mirror.git('show', `${branch}:a.txt`), 'other');
  assert.equal(await stage.mirror.git('log', '--format=%s', `main..${branch}`), 'Other\nGo back to turn 1\nThree');

  await writeFiles(worktree, { 'second.txt': 'second\n' });
  await one.rewindWorktree({ ...wish, key: 'rewind/2' });
  const both = await kept.git('ls-tree', '--name-only', 'refs/factory/kept/back/whole/2');
  assert.ok(both.includes('second.txt'), both);
  assert.equal(
    await kept.git('show', 'refs/factory/kept/back/whole/2^2:untracked.txt'),
    'new',
    'what was kept in this placement before',
  );
});

test('earlier turns are found past other rewinds and from another host; the old placement is fenced off', async () => {
  const { one, input, worktree, baseSha } = await threeTurns('again');
  const [second, third] = [task('again', { epoch: 2 }), task('again', { epoch: 3, host: 'two' })];
  await one.prepareWorktree(second);
  await one.rewindWorktree({ ...second, worktree, agentId, turn: 2, baseSha, key: 'rewind/1' });
  await writeFiles(worktree, { 'fork.txt': '' });
  await one.checkpoint({ ...second, worktree, agentId: 'back.task.implement.2', turn: 3 });

  const two = stage.host('two');
  const there = await two.prepareWorktree(third);
  const wish = { ...third, worktree: there.worktree, agentId, baseSha: there.baseSha };
  await two.rewindWorktree({ ...wish, turn: 1, key: 'rewind/2' });
  assert.equal(readFileSync(join(there.worktree, 'a.txt'), 'utf8'), '1\n');
  const fork = { ...wish, agentId: 'back.task.implement.2', turn: 3, key: 'rewind/3' };
  assert.equal((await two.rewindWorktree(fork)).kind, 'rewound');
  assert.deepEqual(
    [existsSync(join(there.worktree, 'fork.txt')), existsSync(join(there.worktree, 'turn-3.txt'))],
    [true, false],
  );
  const missing = await two.rewindWorktree({ ...wish, turn: 9, key: 'rewind/4' });
  assert.match(missing.kind === 'impossible' ? missing.reason : '', /not on the forge/);
  await assert.rejects(one.checkpoint({ ...input, worktree, agentId, turn: 4 }), failsAs('PlacedAgain'));
  writeFileSync(join(worktree, 'late.txt'), '');
  await assert.rejects(one.checkpoint({ ...second, worktree, agentId, turn: 4 }), failsAs('PushRejected'));
});

test('what was merged from the target since the turn stays merged, and a conflict with it is said', async () => {
  for (const [taskKey, theirs] of [
    ['merged', { 'theirs.txt': 'theirs\n' }],
    ['clash', { 'turn-1.txt': 'theirs\n' }],
  ] as const) {
    const { one, input, worktree } = await threeTurns(taskKey);
    const target = `factory/back/epic-${taskKey}`;
    await stage.source.git('checkout', '--quiet', '-B', target, 'main');
    await stage.source.commit('Theirs', theirs);
    await stage.source.git('push', '--quiet', stage.mirror.path, `HEAD:refs/heads/${target}`);
    if (taskKey === 'clash') await writeFiles(worktree, { 'turn-1.txt': 'theirs\n' });
    await one.commitChange({ ...input, worktree, message: 'Ours', key: 'k' });
    const merge = await one.mergeTarget({ ...input, worktree, targetBranch: target, message: 'Merge' });
    assert.equal(merge.kind, 'merged');

    const again = { ...task(taskKey, { epoch: 2 }), targetBranch: target };
    const { baseSha, headSha } = await one.prepareWorktree(again);
    assert.equal(baseSha, merge.targetSha);
    const rewound = await one.rewindWorktree({ ...again, worktree, agentId, turn: 1, baseSha, key: 'rewind/1' });
    if (taskKey === 'merged') {
      assert.equal(readFileSync(join(worktree, 'theirs.txt'), 'utf8'), 'theirs\n');
      assert.equal(existsSync(join(worktree, 'turn-2.txt')), false);
    } else {
      assert.match(rewound.kind === 'impossible' ? rewound.reason : '', /conflict .*turn-1\.txt/);
      assert.equal(await repositoryAt(worktree).git('rev-parse', 'HEAD'), headSha, 'nothing was touched');
    }
  }
});

test('a try that was killed in the middle is ended by the next', async () => {
  const { one, worktree, baseSha } = await threeTurns('killed');
  const again = task('killed', { epoch: 2 });
  await one.prepareWorktree(again);
  const lock = join(stage.mirror.path, `${chainOf('killed')}.lock`);
  writeFileSync(lock, '');
  const wish = { ...again, worktree, agentId, turn: 1, baseSha, key: 'rewind/1' };
  await assert.rejects(one.rewindWorktree(wish), failsAs('GitFailed', { final: false }));
  rmSync(lock);
  const head = await repositoryAt(worktree).git('rev-parse', 'HEAD');
  assert.deepEqual(await one.rewindWorktree(wish), { kind: 'rewound', headSha: head });
  assert.match(
    await stage.mirror.git('log', '-1', '--format=%B', chainOf('killed')),
    new RegExp(`Factory-Head: ${head}`),
  );
});
