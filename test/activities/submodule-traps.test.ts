/** What a Worker can write into a submodule: nothing of it leads git on the host, or anything out of the worktree. */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { repositoryAt, writeFiles } from '../support/git.ts';
import { createSubmoduleStage, LIB, moduleLines } from '../support/submodules.ts';

const stage = await createSubmoduleStage();
after(stage.remove);

const read = (worktree: string, path: string) => readFileSync(join(worktree, path), 'utf8');

test('where they come from is the base’s to say, and a Worker’s link leads nowhere', async () => {
  const evil = repositoryAt(join(stage.folder, 'evil'));
  mkdirSync(evil.path);
  await evil.git('init', '--quiet', '--initial-branch', 'main');
  const there = await evil.commit('Evil', { 'value.txt': 'evil\n' });
  const { worktree, commit, host, place } = await stage.begin('led');
  await writeFiles(worktree, { '.gitmodules': moduleLines(LIB, '../evil') });
  writeFileSync(join(worktree, LIB, '.git', 'HEAD'), `${there}\n`);
  assert.match(
    (await commit()).submodules?.join() ?? '',
    new RegExp(`its commit ${there.slice(0, 12)} is on no branch`),
  );

  // The folder above becomes a link out of the worktree, and the merge that follows has files for it.
  const outside = join(stage.folder, 'outside');
  mkdirSync(join(outside, 'lib'), { recursive: true });
  writeFileSync(join(outside, 'lib', 'keep.txt'), 'keep\n');
  rmSync(join(worktree, 'vendor'), { recursive: true });
  symlinkSync(outside, join(worktree, 'vendor'));
  const linked = await commit();
  assert.equal(linked.submodules, undefined);
  assert.match(await stage.mirror.git('ls-tree', linked.headSha, 'vendor'), /^120000/);
  const { source, mirror } = stage;
  await source.git('checkout', '--quiet', '-B', 'vendored', stage.base);
  await source.git('rm', '--quiet', '--cached', LIB, '.gitmodules');
  rmSync(join(source.path, '.gitmodules'));
  await source.commit('Take in the files', { [`${LIB}/value.txt`]: '1\n' });
  await source.git('push', '--quiet', mirror.path, 'vendored');
  const merged = await host.mergeTarget({ ...place, targetBranch: 'vendored', message: 'Merge' });
  assert.equal(merged.kind, 'conflict');
  assert.deepEqual([read(outside, 'lib/keep.txt'), existsSync(join(outside, 'lib', '.git'))], ['keep\n', false]);
});

test('git on the host is not led by what a Worker writes into the .git of a submodule', async () => {
  const { worktree, commit, host, place, branch } = await stage.begin('trapped');
  const [canary, trap] = ['canary', 'trap'].map((name) => join(stage.folder, name)) as [string, string];
  writeFileSync(trap, `#!/bin/sh\ntouch '${canary}'\ncat\n`, { mode: 0o755 });
  const config = `[core]\n\tfsmonitor = ${trap}\n\thooksPath = hooks\n[filter "evil"]\n\tclean = ${trap}\n\tsmudge = ${trap}\n[diff]\n\texternal = ${trap}\n`;
  const setTrap = () => {
    for (const path of [LIB, `${LIB}/deep`]) {
      const at = (name: string) => join(worktree, path, '.git', name);
      appendFileSync(at('config'), config);
      mkdirSync(at('hooks'), { recursive: true });
      for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction']) {
        writeFileSync(at(`hooks/${hook}`), `#!/bin/sh\ntouch '${canary}'\n`, { mode: 0o755 });
      }
    }
  };
  setTrap();
  await writeFiles(worktree, {
    'a.txt': 'trapped\n',
    '.gitmodules': `${moduleLines(LIB, '../lib')}\tignore = none\n`,
    [`${LIB}/.gitattributes`]: '* filter=evil\n',
    [`${LIB}/value.txt`]: 'changed\n',
  });
  // A person's own git would run it.
  await repositoryAt(worktree).git('status', '--porcelain');
  assert.ok(existsSync(canary), 'the trap is none');
  rmSync(canary);
  // Their git would even stop at this one.
  appendFileSync(join(worktree, '.gitmodules'), `\tupdate = !${trap}\n`);
  await host.checkpoint({ ...place, agentId: 'a', turn: 1 });
  setTrap();
  assert.match((await commit()).submodules?.join() ?? '', /value\.txt/);
  setTrap();
  await writeFiles(worktree, { [`${LIB}/value.txt`]: '1\n' });
  rmSync(join(worktree, LIB, '.gitattributes'));
  const { headSha, submodules } = await commit();
  assert.equal(submodules, undefined);
  await host.pushBranch({ ...place, branch, headSha });
  setTrap();
  assert.equal((await host.mergeTarget({ ...place, targetBranch: 'bumped', message: 'Merge' })).kind, 'merged');
  setTrap();
  await host.prepareWorktree(stage.task('trapped'));
  await host.removeWorktree({ ...place, name: 'trapped', discard: false });
  assert.equal(existsSync(canary), false);
});

test('links in the .git of a submodule are not followed, nor written through', async () => {
  const { worktree, lib, host, place, commit } = await stage.begin('links');
  const outside = join(stage.folder, 'elsewhere');
  mkdirSync(outside);
  writeFileSync(join(outside, 'HEAD'), `${stage.second}\n`);
  const folder = join(worktree, LIB, '.git');
  rmSync(folder, { recursive: true });
  symlinkSync(outside, folder);
  // Made again before any git could read it.
  assert.deepEqual((await commit()).submodules, undefined);
  assert.equal(await lib.git('rev-parse', 'HEAD'), stage.first);
  rmSync(folder, { recursive: true });
  symlinkSync(outside, folder);
  await host.mergeTarget({ ...place, targetBranch: 'bumped', message: 'Merge' });
  assert.deepEqual(readdirSync(outside), ['HEAD']);
  assert.equal(read(outside, 'HEAD'), `${stage.second}\n`);
  assert.equal(read(worktree, `${LIB}/value.txt`), '2\n');
  // No regular file, though git would read a link there.
  for (const head of [join(folder, 'HEAD'), join(worktree, LIB, 'deep', '.git', 'HEAD')]) {
    rmSync(head);
    symlinkSync(join(outside, 'HEAD'), head);
  }
  assert.deepEqual((await commit()).submodules, undefined);
});
