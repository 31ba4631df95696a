/** Folders of worktrees: a link in the place of one is refused by name and nothing behind it touched, one that goes is made again. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { taskWorktreePath } from '../../clients/git/names.ts';
import { realPath } from '../../clients/git/worktree-folder.ts';
import { createGitStage, failsAs, type GitStage, REPOSITORY } from '../support/git-stage.ts';

let stage: GitStage;
let elsewhere: string;
before(async () => {
  stage = await createGitStage({ files: { 'a.txt': 'a\n' } });
  elsewhere = join(stage.stateDir, '..', 'elsewhere');
});
after(() => stage.remove());

const task = (epicId: string, taskKey = 'task') => ({
  ...{ epicId, taskKey, repository: REPOSITORY, targetBranch: 'main', placement: { host: 'one', epoch: 1 } },
});
const isRefused = failsAs('PathIsLink', { message: /is a link where a folder of worktrees should be/ });
const place = (epicId: string) => taskWorktreePath(stage.hostOf('one'), epicId, 'task');

/** Puts a link to a folder of somebody else's there, and returns what sets it right again. */
function plant(path: string): () => string[] {
  mkdirSync(elsewhere, { recursive: true });
  writeFileSync(join(elsewhere, 'theirs'), 'theirs\n');
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(elsewhere, path);
  return () => {
    rmSync(path);
    return readdirSync(elsewhere);
  };
}

for (const [what, pathOf] of [
  ['an epic’s folder', (epicId: string) => dirname(place(epicId))],
  ['a worktree', place],
] as const) {
  test(`no worktree is made behind a link in the place of ${what}`, async () => {
    const epicId = what.includes('epic') ? 'planted-epic' : 'planted-worktree';
    const end = plant(pathOf(epicId));
    await assert.rejects(stage.host('one').prepareWorktree(task(epicId)), isRefused);
    assert.deepEqual(end(), ['theirs']);
    await stage.host('one').prepareWorktree(task(epicId));
  });
}

test('a link that takes the place of a folder later is not worked in, and nothing behind it removed', async () => {
  const input = task('swapped');
  const one = stage.host('one');
  const { worktree } = await one.prepareWorktree(input);
  for (const path of [dirname(dirname(worktree)), dirname(worktree), worktree]) {
    renameSync(path, `${path}.kept`);
    const end = plant(path);
    const commit = one.commitChange({ ...input, worktree, message: 'Change', key: 'k' });
    await assert.rejects(commit, isRefused, path);
    const removed = { ...input, name: 'task', discard: false };
    const removal = await one.removeWorktree(removed);
    assert.ok(!removal.removed && /is a link/.test(removal.reason ?? ''), path);
    assert.deepEqual(end(), ['theirs']);
    renameSync(`${path}.kept`, path);
  }
  await one.commitChange({ ...input, worktree, message: 'Change', key: 'k' });
});

test('GIT_WORKTREE_BASE may be a link', async () => {
  const [base, real] = [join(stage.stateDir, '..', 'base'), join(stage.stateDir, '..', 'real')];
  mkdirSync(real);
  symlinkSync(real, base);
  const { worktree } = await stage.host('two', { worktreeBase: base }).prepareWorktree(task('linked-base'));
  assert.equal(worktree, join(real, 'linked-base/task'));
});

test('an epic’s folder that is removed as empty just after it was made is made again', async () => {
  const host = stage.hostOf('one');
  const path = taskWorktreePath(host, 'emptied', 'task');
  let isOver = false;
  const removal = (async () => {
    while (!isOver) {
      await rmdir(dirname(path)).catch(() => {});
      await delay(1);
    }
  })();
  try {
    for (let time = 0; time < 150; time += 1) await realPath(host, path);
  } finally {
    isOver = true;
    await removal;
  }
});
