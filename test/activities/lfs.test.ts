/** Files in Git LFS, by the real git-lfs: their content goes wherever their commits go, and nothing else leads git-lfs. */
import assert from 'node:assert/strict';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { confine } from '../../activities/terminal/confine.ts';
import { runDurableCommand } from '../../activities/terminal/run-command.ts';
import { withCleanTree } from '../../activities/worktree/verification-pool.ts';
import { findSandbox } from '../../clients/terminal/sandbox-probe.ts';
import { RepositoryPolicy } from '../../workflows/contract/settings.ts';
import { writeFiles } from '../support/git.ts';
import { failsAs, inContext, REPOSITORY } from '../support/git-stage.ts';
import { cloneWithLfs, IMAGE, objectIn, oidOf, pointerTo, skip, useLfsStage } from '../support/lfs.ts';
import { createTestTerminal } from '../support/terminal.ts';

const stage = await useLfsStage();

const read = (worktree: string, path = IMAGE) => readFileSync(join(worktree, path), 'utf8');
const show = (commit: string, path = IMAGE) => stage.mirror.git('show', `${commit}:${path}`);

test('what the factory looks at again is not changed by looking', { skip }, async () => {
  const { worktree, host, place, commit } = await stage.begin('looks');
  // The same content, written again: only git-lfs can tell.
  rmSync(join(worktree, IMAGE));
  await writeFiles(worktree, { [IMAGE]: 'first' });
  assert.equal((await host.checkpoint({ ...place, agentId: 'a', turn: 1 })).sha, null);
  assert.equal((await commit()).changed, false);
  assert.deepEqual(await host.removeWorktree({ ...place, name: 'looks', discard: false }), { removed: true });
});

test('an object that a kill left in part is made whole, and what it left beside that goes', { skip }, async () => {
  const { host, place, worktree } = await stage.begin('part', { host: 'seven', epoch: 1 });
  const [object, forge] = [stage.cloneOf('seven'), stage.mirror.path].map((at) => objectIn(at, 'first')) as [
    string,
    string,
  ];
  rmSync(object);
  writeFileSync(object, 'fir');
  rmSync(worktree, { recursive: true });
  assert.equal(read((await host.prepareWorktree(place)).worktree), 'first');
  writeFileSync(`${forge}.draft`, 'fi');
  utimesSync(`${forge}.draft`, 0, 0);
  renameSync(forge, `${forge}.away`);
  await stage.open();
  assert.deepEqual(readdirSync(dirname(forge)).toSorted(), [basename(forge), `${basename(forge)}.away`]);
  rmSync(`${forge}.away`);
});

test('files over 50 MB are left out of checkpoints, unless they are in LFS', { skip }, async () => {
  const { worktree, host, place } = await stage.begin('large');
  await writeFiles(worktree, { 'art/large.png': '', 'large.bin': '' });
  for (const path of ['art/large.png', 'large.bin']) truncateSync(join(worktree, path), 51 << 20);
  const checkpoint = await host.checkpoint({ ...place, agentId: 'a', turn: 1 });
  assert.deepEqual(checkpoint.leftOut, ['large.bin (over 50 MB)']);
  assert.match(await show('refs/factory/checkpoints/lfs/large', 'art/large.png'), /size 53477376$/);
});

test('two versions of an image are a conflict of two files, and one side can be kept', { skip }, async () => {
  const { worktree, host, place, commit } = await stage.begin('conflict');
  await writeFiles(worktree, { [IMAGE]: 'ours' });
  await commit();
  const other = await stage.begin('other');
  await writeFiles(other.worktree, { [IMAGE]: 'theirs' });
  const { headSha } = await other.commit();
  await other.host.pushBranch({ ...other.place, branch: other.branch, headSha });
  const met = await host.mergeTarget({ ...place, targetBranch: other.branch, message: 'Merge' });
  assert.ok(met.kind === 'conflict');
  assert.deepEqual(
    met.conflicts.map(({ path, kind }) => [path, kind]),
    [[IMAGE, 'binary']],
  );
  assert.equal(read(worktree), 'ours');
  const settled = await commit({ resolved: [{ path: IMAGE, keep: 'base', because: 'it is newer' }] });
  assert.deepEqual([settled.unresolved, read(worktree)], [[], 'theirs']);
});

test('a base that has come to use LFS brings it into work that was begun before', { skip }, async () => {
  const sha = await stage.source.git('rev-parse', 'main~1');
  const base = { branch: 'main', sha };
  const host = stage.host('one');
  // Cut from the base as it is now, by an epic that began before.
  assert.equal(read((await host.prepareWorktree({ ...stage.task('later'), base })).worktree), 'first');
  await stage.mirror.git('branch', 'before', sha);
  const early = { ...stage.task('early'), base };
  const { worktree } = await host.prepareWorktree({ ...early, targetBranch: 'before' });
  assert.equal(existsSync(join(worktree, IMAGE)), false);
  const merged = await host.mergeTarget({ ...early, worktree, message: 'Merge' });
  assert.deepEqual([merged.kind, read(worktree)], ['merged', 'first']);
  assert.equal((await host.checkpoint({ ...early, worktree, agentId: 'a', turn: 1 })).leftOut.length, 0);
});

test('a push waits for the objects of its files', { skip }, async () => {
  const { worktree, host, place, commit, branch } = await stage.begin('push');
  await writeFiles(worktree, { [IMAGE]: 'pushed' });
  const { headSha } = await commit();
  const own = objectIn(stage.cloneOf('one'), 'pushed');
  renameSync(own, `${own}.away`);
  const push = () => host.pushBranch({ ...place, branch, headSha });
  await assert.rejects(push(), failsAs('LfsObjectMissing', { message: new RegExp(`${IMAGE} \\(sha256:`) }));
  assert.equal(await stage.mirror.git('branch', '--list', branch), '');
  writeFileSync(own, 'spoilt');
  await assert.rejects(
    push(),
    failsAs('LfsObjectMissing', { message: /does not have the content that it is named for/ }),
  );
  renameSync(`${own}.away`, own);
  await push();
  await push();
  assert.deepEqual([await stage.mirror.git('rev-parse', branch), stage.isOnForge('pushed')], [headSha, true]);
});

test('commands in the sandbox see unchanged files as unchanged, and changed ones as such', { skip }, async (t) => {
  const host = createTestTerminal();
  t.after(() => host.end());
  const sandbox = await findSandbox({
    setting: 'auto',
    readable: [],
    hidden: [],
    systemDir: join(host.stateDir, 'system'),
  });
  assert.equal(sandbox.kind, 'bubblewrap', sandbox.description);
  const { worktree, place } = await stage.begin('sandbox');
  await writeFiles(worktree, { 'art/next.png': 'next' });
  // With a setting of git's by factory.yaml, which keeps its effect.
  const env = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'alias.own', GIT_CONFIG_VALUE_0: 'rev-parse --git-dir' };
  const policy = RepositoryPolicy.parse({ env });
  const input = { ...place, policy, readOnly: false };
  const confinement = await confine({ sandbox, secretsFile: undefined }, stage.hostOf('one'), input);
  const run = async (name: string, script: string) => {
    const { command } = host;
    return (await runDurableCommand({ ...command(name, script), ...confinement, cwd: worktree })).output;
  };
  // Written again: git must read it to see that nothing was changed.
  assert.equal(await run('same', `printf first >${IMAGE}; git status --porcelain; git diff`), '?? art/next.png\n');
  const changed = await run('changed', `printf other >${IMAGE}; git status --porcelain; git diff | grep '^+oid'`);
  assert.equal(changed, ` M ${IMAGE}\n?? art/next.png\n+oid sha256:${oidOf('other')}\n`);
  assert.equal(await run('show', `git cat-file --filters HEAD:${IMAGE}`), 'first');
  assert.match(await run('own', 'git own'), /worktrees/);
  assert.equal(existsSync(objectIn(stage.cloneOf('one'), 'other')), false);
});

test('an image is checked out, changed, kept, brought to another host, verified, merged and delivered', {
  skip,
}, async () => {
  const { worktree, host, place } = await stage.begin('life');
  assert.equal(read(worktree), 'first');
  await writeFiles(worktree, { [IMAGE]: 'second', 'art/new.png': 'new', 'a.txt': 'more\n' });
  const checkpoint = await host.checkpoint({ ...place, agentId: 'a', turn: 1 });
  assert.deepEqual([checkpoint.pushed, checkpoint.leftOut], [true, []]);
  const chain = 'refs/factory/checkpoints/lfs/life';
  assert.equal(`${await show(chain)}\n`, pointerTo('second'));
  assert.deepEqual(['second', 'new'].map(stage.isOnForge), [true, true]);

  // The first host is lost with all that is on it.
  rmSync(stage.cloneOf('one'), { recursive: true });
  const two = await stage.begin('life', { host: 'two', epoch: 2 });
  assert.deepEqual([read(two.worktree), read(two.worktree, 'art/new.png')], ['second', 'new']);
  await writeFiles(two.worktree, { [IMAGE]: 'third' });
  const { headSha, lfs } = await two.commit();
  assert.deepEqual([lfs, stage.isOnForge('third')], [undefined, false]);
  await two.host.pushBranch({ ...two.place, branch: two.branch, headSha });
  assert.equal(stage.isOnForge('third'), true);

  const take = { repository: REPOSITORY, setUp: undefined, isRunning: async () => false };
  const seen: string[] = [];
  const look = (owner: string, commitSha: string) =>
    withCleanTree(
      stage.hostOf('three'),
      { ...take, owner, commitSha, base: place.base, signal: new AbortController().signal },
      async ({ path }) => void seen.push(read(path)),
    );
  await inContext({ look: () => look('a', headSha) }).look();
  await inContext({ look: () => look('b', stage.base) }).look();
  assert.deepEqual(seen, ['third', 'first']);

  const request = { repository: REPOSITORY, epicId: 'lfs', taskKey: 'life', head: two.branch, base: 'main' };
  const opened = await stage.activities.openPullRequest({ ...request, title: 'Logo', body: 'A new one' });
  const merge = { repository: REPOSITORY, number: opened.number, expectedHeadSha: headSha, message: 'Merge' };
  const { mergedSha } = await stage.activities.mergePullRequest(merge);
  const delivery = { repository: REPOSITORY, epicId: 'lfs', baseBranch: 'main', mergedSha };
  assert.equal((await stage.activities.deliverResult(delivery)).delivered, 'factory/lfs/result');
  await stage.activities.deliverResult(delivery);
  const clone = await cloneWithLfs(stage.source.path, join(stage.stateDir, 'fresh'), 'factory/lfs/result');
  assert.deepEqual([read(clone.path), read(clone.path, 'art/new.png')], ['third', 'new']);
  assert.equal(await clone.git('status', '--porcelain'), '');
  assert.equal(existsSync(objectIn(join(clone.path, '.git'), 'third')), true);
});
