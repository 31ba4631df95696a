/** Submodules in worktrees: the files of exactly the commits that the tree names, and pointers that change like files. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { doubtOf } from '../../activities/retries.ts';
import { withCleanTree } from '../../activities/worktree/verification-pool.ts';
import { repositoryAt, writeFiles } from '../support/git.ts';
import { failsAs, inContext, REPOSITORY } from '../support/git-stage.ts';
import { createSubmoduleStage, LIB, moduleLines, pointTo } from '../support/submodules.ts';

const stage = await createSubmoduleStage();
after(stage.remove);

const read = (worktree: string, path: string) => readFileSync(join(worktree, path), 'utf8');
const pointerOf = async (commit: string) => (await stage.mirror.git('rev-parse', `${commit}:${LIB}`)).trim();

test('a worktree has their files at the commits that are pinned, with a history to read', async () => {
  const { worktree, lib, host, place } = await stage.begin('fresh');
  assert.deepEqual([read(worktree, `${LIB}/value.txt`), read(worktree, `${LIB}/deep/deep.txt`)], ['1\n', 'deep\n']);
  assert.equal(await lib.git('rev-parse', 'HEAD'), stage.first);
  assert.equal(await lib.git('status', '--porcelain'), '');
  assert.equal(await lib.git('log', '-1', '--format=%s', 'origin/main'), 'Second');
  assert.equal(await repositoryAt(worktree).git('status', '--porcelain'), '');
  assert.equal((await host.checkpoint({ ...place, agentId: 'a', turn: 1 })).sha, null);
  assert.deepEqual(await host.removeWorktree({ ...place, name: 'fresh', discard: false }), { removed: true });
});

test('a commit that is checked out there is committed as the pointer, and goes wherever the task goes', async () => {
  const { worktree, lib, host, place } = await stage.begin('bump');
  await lib.git('checkout', '--quiet', '-b', 'feature/a+b', stage.second);
  const checkpoint = await host.checkpoint({ ...place, agentId: 'a', turn: 1 });
  assert.equal(await pointerOf('refs/factory/checkpoints/modules/bump'), stage.second);
  assert.deepEqual(checkpoint.leftOut, []);

  const two = stage.host('two');
  const elsewhere = await two.prepareWorktree(stage.task('bump', { host: 'two', epoch: 2 }));
  assert.equal(read(elsewhere.worktree, `${LIB}/value.txt`), '2\n');
  assert.equal(await repositoryAt(elsewhere.worktree).git('diff', '--submodule=short', '--name-only'), LIB);
  const at = { ...place, worktree: elsewhere.worktree, placement: { host: 'two', epoch: 2 } };
  const done = await two.commitChange({ ...at, message: 'Bump', key: 'two' });
  assert.deepEqual([done.changed, done.submodules, await pointerOf(done.headSha)], [true, undefined, stage.second]);
  await two.pushBranch({ ...at, branch: elsewhere.branch, headSha: done.headSha });

  const review = { ...stage.task('bump'), name: 'review-1', commit: done.headSha };
  const detached = await host.prepareDetached(review);
  assert.equal(read(detached.worktree, `${LIB}/value.txt`), '2\n');
  assert.equal(read(detached.worktree, `${LIB}/deep/deep.txt`), 'deep\n');
  assert.equal(read(worktree, `${LIB}/value.txt`), '2\n');
});

test('changes inside a submodule are named, committed nowhere, and undone by the commands that the message gives', async () => {
  const { worktree, lib, host, place, commit } = await stage.begin('inside');
  await writeFiles(worktree, {
    'a.txt': 'more\n',
    [`${LIB}/value.txt`]: 'mine\n',
    [`${LIB}/new.txt`]: 'new\n',
    [`${LIB}/deep/deep.txt`]: 'x\n',
  });
  rmSync(join(worktree, LIB, 'other.txt'));
  const paths = ['value.txt', 'new.txt', 'other.txt', 'deep/deep.txt'].map((name) => `${LIB}/${name}`).toSorted();
  const namedIn = (found: readonly string[] | undefined) => found?.map((each) => each.replace(/ \(.*/, '')).toSorted();
  const taken = await host.checkpoint({ ...place, agentId: 'a', turn: 1 });
  assert.deepEqual(namedIn(taken.leftOut), paths);
  const refused = await commit();
  assert.deepEqual([refused.changed, namedIn(refused.submodules)], [false, paths]);

  // A commit of the Worker's own is on no remote.
  await lib.git('add', 'value.txt', 'other.txt');
  await lib.git('commit', '--quiet', '--message', 'Mine');
  const own = await lib.git('rev-parse', 'HEAD');
  const again = await commit();
  assert.match(again.submodules?.join() ?? '', new RegExp(`its commit ${own.slice(0, 12)} is on no branch or tag`));

  await lib.git('checkout', '--quiet', stage.first, '--');
  await lib.git('clean', '-fdq');
  await repositoryAt(join(worktree, LIB, 'deep')).git('checkout', '--', '.');
  const done = await commit();
  assert.deepEqual([done.submodules, done.changed, await pointerOf(done.headSha)], [undefined, true, stage.first]);
});

test('what set-up does inside submodules is no change of the task', async () => {
  const { worktree, commit } = await stage.begin('set-up');
  const { createVerifyActivities } = await import('../../activities/verify.ts');
  const { createTerminal, endServer } = await import('../../clients/terminal/tmux.ts');
  const { NO_SANDBOX } = await import('../../clients/terminal/sandbox.ts');
  const { RepositoryPolicy } = await import('../../workflows/contract/settings.ts');
  const terminal = createTerminal({ stateDir: stage.stateDir, host: 'one' });
  const commands = { sandbox: NO_SANDBOX('of the test'), secretsFile: undefined };
  const activities = createVerifyActivities({ db: undefined as never, host: stage.hostOf('one'), terminal, commands });
  const policy = RepositoryPolicy.parse({ setup: `cd ${LIB}; mkdir build; echo o > build/o; echo x >> value.txt` });
  await inContext(activities).runSetup({ ...stage.task('set-up'), worktree, policy });
  await endServer(terminal);
  assert.deepEqual([read(worktree, `${LIB}/value.txt`), read(worktree, `${LIB}/build/o`)], ['1\n', 'o\n']);
  await writeFiles(worktree, { 'a.txt': 'set up\n' });
  assert.deepEqual((await commit()).submodules, undefined);
});

test('one that is deleted, and one whose files are taken in, are changes like others', async () => {
  const gone = await stage.begin('gone');
  rmSync(join(gone.worktree, LIB), { recursive: true });
  writeFileSync(join(gone.worktree, '.gitmodules'), '');
  const deleted = await gone.commit();
  assert.equal(
    await stage.mirror.git('diff', '--name-status', stage.base, deleted.headSha),
    `M\t.gitmodules\nD\t${LIB}`,
  );
  // Its place is free for what the Worker puts there later.
  await writeFiles(gone.worktree, { [`${LIB}/own.txt`]: 'own\n' });
  const own = await gone.commit();
  assert.deepEqual([own.changed, own.submodules], [true, undefined]);
  assert.equal(await stage.mirror.git('show', `${own.headSha}:${LIB}/own.txt`), 'own');

  const taken = await stage.begin('taken');
  rmSync(join(taken.worktree, LIB, '.git'), { recursive: true });
  rmSync(join(taken.worktree, LIB, 'deep'), { recursive: true });
  rmSync(join(taken.worktree, LIB, '.gitmodules'));
  rmSync(join(taken.worktree, '.gitmodules'));
  const vendored = await taken.commit();
  assert.equal(await stage.mirror.git('show', `${vendored.headSha}:${LIB}/value.txt`), '1');
  await taken.host.pushBranch({ ...taken.place, branch: taken.branch, headSha: vendored.headSha });

  // They are files like others from now on, for changes and for merges.
  await writeFiles(taken.worktree, { [`${LIB}/value.txt`]: 'ours\n', [`${LIB}/added.txt`]: 'added\n' });
  const edited = await taken.commit();
  assert.deepEqual([edited.changed, edited.submodules], [true, undefined]);
  const { source, mirror } = stage;
  await source.git('checkout', '--quiet', '-B', 'elsewhere', stage.base);
  await source.commit('Elsewhere', { 'elsewhere.txt': 'elsewhere\n' });
  await source.git('push', '--quiet', mirror.path, 'elsewhere');
  const onto = await taken.host.mergeTarget({ ...taken.place, targetBranch: 'elsewhere', message: 'Merge' });
  assert.equal(onto.kind, 'merged');
  assert.deepEqual(
    ['value.txt', 'other.txt', 'added.txt'].map((name) => read(taken.worktree, `${LIB}/${name}`)),
    [...['ours\n', 'other\n', 'added\n']],
  );
  assert.equal(await repositoryAt(taken.worktree).git('status', '--porcelain'), '');

  // Where the submodule lies, its files come in its place, and back again.
  await stage.mirror.git('branch', 'vendored', vendored.headSha);
  const other = await stage.begin('receives');
  const merged = await other.host.mergeTarget({ ...other.place, targetBranch: 'vendored', message: 'Merge' });
  assert.equal(merged.kind, 'merged');
  assert.equal(existsSync(join(other.worktree, LIB, '.git')), false);
  assert.equal(read(other.worktree, `${LIB}/value.txt`), '1\n');
  assert.equal(await repositoryAt(other.worktree).git('status', '--porcelain'), '');
});

test('a merge lays what it brings, and two pointers conflict by kind', async () => {
  const { mirror } = stage;
  const clean = await stage.begin('merges');
  await writeFiles(clean.worktree, { 'a.txt': 'merges\n' });
  await clean.commit();
  const merged = await clean.host.mergeTarget({ ...clean.place, targetBranch: 'bumped', message: 'Merge' });
  assert.equal(merged.kind, 'merged');
  assert.equal(read(clean.worktree, `${LIB}/value.txt`), '2\n');

  const third = await stage.lib.commit('Third', { 'value.txt': '3\n' });
  const met = await stage.begin('meets');
  await met.lib.git('checkout', '--quiet', third);
  await met.commit();
  const conflict = await met.host.mergeTarget({ ...met.place, targetBranch: 'bumped', message: 'Merge' });
  assert.ok(conflict.kind === 'conflict');
  assert.deepEqual(
    conflict.conflicts.map(({ path, kind }) => [path, kind]),
    [[LIB, 'submodule']],
  );
  const unsettled = await met.commit();
  assert.equal(unsettled.unresolved[0]?.kind, 'submodule');
  const settled = await met.commit({ resolved: [{ path: LIB, keep: 'base', because: 'it is enough' }] });
  assert.deepEqual([settled.unresolved, await pointerOf(settled.headSha)], [[], stage.second]);
  assert.equal(read(met.worktree, `${LIB}/value.txt`), '2\n');
  assert.equal(await mirror.git('rev-parse', `${settled.headSha}^2`), stage.bumped);
});

test('a task is taken back to the pointer of an earlier turn', async () => {
  const { worktree, lib, host, place } = await stage.begin('rewinds');
  await lib.git('checkout', '--quiet', stage.second);
  await host.checkpoint({ ...place, agentId: 'a', turn: 1 });
  await lib.git('checkout', '--quiet', stage.first);
  await host.checkpoint({ ...place, agentId: 'a', turn: 2 });
  const back = await host.rewindWorktree({ ...place, agentId: 'a', turn: 1, baseSha: stage.base, key: 'back' });
  assert.ok(back.kind === 'rewound');
  assert.deepEqual([await pointerOf(back.headSha), read(worktree, `${LIB}/value.txt`)], [stage.second, '2\n']);
});

test('verification has them as the commit names them, whatever lay there before', async () => {
  const { lib, commit } = await stage.begin('verified');
  await lib.git('checkout', '--quiet', stage.second);
  const { headSha } = await commit();
  const base = { branch: 'main', sha: stage.base };
  const take = {
    repository: REPOSITORY,
    setUp: undefined,
    base,
    isRunning: async () => false,
    signal: new AbortController().signal,
  };
  const seen: string[] = [];
  for (const [owner, commitSha] of [
    ['a', stage.base],
    ['b', headSha],
    ['c', stage.base],
  ] as const) {
    await inContext({
      run: (_: undefined) =>
        withCleanTree(stage.hostOf('one'), { ...take, owner, commitSha }, async ({ path }) => {
          seen.push(read(path, `${LIB}/value.txt`), read(path, `${LIB}/deep/deep.txt`));
          assert.equal(existsSync(join(path, LIB, 'left.txt')), false);
          await writeFiles(path, {
            [`${LIB}/value.txt`]: 'spoilt\n',
            [`${LIB}/left.txt`]: 'left\n',
            [`${LIB}/deep/deep.txt`]: 'spoilt\n',
          });
        }),
    }).run(undefined);
  }
  assert.deepEqual(seen, ['1\n', 'deep\n', '2\n', 'deep\n', '1\n', 'deep\n']);
});

test('one that cannot be fetched is a failure that names it, and goes on when it can', async () => {
  const { source, mirror } = stage;
  await source.git('checkout', '--quiet', '-B', 'nowhere', stage.base);
  await pointTo(source, LIB, '7'.repeat(40));
  const sha = await source.commit('Nowhere');
  await source.git('push', '--quiet', mirror.path, 'nowhere');
  const task = { ...stage.task('nowhere'), targetBranch: 'nowhere', base: { branch: 'nowhere', sha } };
  await assert.rejects(
    stage.host('one').prepareWorktree(task),
    failsAs('SubmoduleUnavailable', {
      message: /commit 777777777777 of the submodule vendor\/lib \(\S+\/lib\) cannot be fetched.*; push it there/s,
    }),
  );
  const moved = `${stage.folder}/lib`;
  const { renameSync } = await import('node:fs');
  renameSync(moved, `${moved}.away`);
  const two = stage.host('three');
  await assert.rejects(
    two.prepareWorktree(stage.task('away', { host: 'three', epoch: 1 })),
    failsAs('SubmoduleUnavailable', { message: /vendor\/lib .* cannot be fetched.*; give this host access/s }),
  );
  renameSync(`${moved}.away`, moved);
  const { worktree } = await two.prepareWorktree(stage.task('away', { host: 'three', epoch: 1 }));
  assert.equal(read(worktree, `${LIB}/value.txt`), '1\n');
});

/** A branch of the forge on which the submodule has this address, and its commit. */
async function addressed(branch: string, url: string): Promise<string> {
  const { source, mirror } = stage;
  await source.git('checkout', '--quiet', '-B', branch, stage.base);
  const sha = await source.commit(branch, { '.gitmodules': moduleLines(LIB, url) });
  await source.git('push', '--quiet', mirror.path, branch);
  return sha;
}

test('the operator’s own rewriting of addresses is followed, to another protocol too', async () => {
  const { folder } = stage;
  const sha = await addressed('far', 'https://modules.invalid/lib');
  const env = {
    ...{ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: `url.${folder}/.insteadOf` },
    GIT_CONFIG_VALUE_0: 'https://modules.invalid/',
  };
  const submoduleOrigin = async () => ({ url: join(folder, 'work'), access: { env } });
  const task = { ...stage.task('far', { host: 'far', epoch: 1 }), targetBranch: 'far', base: { branch: 'far', sha } };
  const { worktree } = await stage.host('far', { submoduleOrigin }).prepareWorktree(task);
  // Its own submodule has a relative address.
  assert.deepEqual([read(worktree, `${LIB}/value.txt`), read(worktree, `${LIB}/deep/deep.txt`)], ['1\n', 'deep\n']);
});

test('a rewritten address leads nowhere by “..”', async () => {
  const { folder } = stage;
  const sha = await addressed('out', 'https://modules.invalid/x/../lib');
  const env = {
    ...{ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: `url.${folder}/deep/.insteadOf` },
    GIT_CONFIG_VALUE_0: 'https://modules.invalid/x/',
  };
  const submoduleOrigin = async () => ({ url: join(folder, 'work'), access: { env } });
  const task = { ...stage.task('out', { host: 'six', epoch: 1 }), targetBranch: 'out', base: { branch: 'out', sha } };
  await assert.rejects(
    stage.host('six', { submoduleOrigin }).prepareWorktree(task),
    failsAs('SubmoduleUnavailable', { message: /its "\.\." leaves the folder that insteadOf names/ }),
  );
});

test('a host that nobody knows is not waited for without end', async () => {
  const sha = await addressed('unknown', 'https://modules.invalid/lib');
  const place = { ...stage.task('unknown', { host: 'five', epoch: 1 }), targetBranch: 'unknown' };
  const task = { ...place, base: { branch: 'unknown', sha } };
  const error = await stage
    .host('five')
    .prepareWorktree(task)
    .catch((cause: unknown) => cause);
  assert.match(String(error), /vendor\/lib .* cannot be fetched: .*resolve host/s);
  assert.ok(doubtOf(error, 'prepareWorktree', 1) !== undefined);
});
