/** Files in Git LFS, by the real git-lfs: their content goes wherever their commits go, and nothing else leads git-lfs. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { withCleanTree } from '../../activities/git/verification-pool.ts';
import { confine } from '../../activities/terminal/confine.ts';
import { runDurableCommand } from '../../activities/terminal/run-command.ts';
import { findSandbox } from '../../activities/terminal/sandbox-probe.ts';
import { onPath } from '../../local/programs.ts';
import { RepositoryPolicy } from '../../workflows/contract/settings.ts';
import { writeFiles } from '../support/git.ts';
import { failsAs, inContext, REPOSITORY } from '../support/git-stage.ts';
import { ATTRIBUTES, cloneWithLfs, createLfsStage, IMAGE, objectIn, oidOf, pointerTo, skip } from '../support/lfs.ts';
import { createTestTerminal } from '../support/terminal.ts';

let stage: Awaited<ReturnType<typeof createLfsStage>>;
before(async () => {
  if (skip !== false) return;
  stage = await createLfsStage();
  await stage.open();
});
after(() => stage?.remove());

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

test('a pointer that was written by hand is refused unless its object is there, in its size', { skip }, async () => {
  const { worktree, host, place, commit } = await stage.begin('pointers');
  const nowhere = pointerTo('nobody has this');
  const short = pointerTo('first', 3);
  await writeFiles(worktree, {
    'art/nowhere.png': nowhere,
    'art/short.png': short,
    'art/copy.png': pointerTo('first'),
  });
  const reasons = ['art/nowhere.png', 'art/short.png'].map(
    (path) => `${path} (a pointer of Git LFS to an object that is nowhere; write the file itself)`,
  );
  const checkpoint = await host.checkpoint({ ...place, agentId: 'a', turn: 1 });
  assert.deepEqual(checkpoint.leftOut, reasons);
  const refused = await commit();
  assert.deepEqual([refused.changed, refused.lfs, refused.filtered], [false, reasons, undefined]);
  for (const path of ['art/nowhere.png', 'art/short.png']) rmSync(join(worktree, path));
  const done = await commit();
  assert.deepEqual([done.changed, done.lfs], [true, undefined]);
  assert.equal((await stage.begin('after')).worktree.length > 0 && stage.isOnForge('first'), true);
});

test('the base’s attributes say what is in LFS: a task that says otherwise is told by name', { skip }, async () => {
  const { worktree, commit } = await stage.begin('attributes');
  await writeFiles(worktree, { '.gitattributes': '*.mp4 filter=lfs -text\n', 'film.mp4': 'film' });
  const refused = await commit();
  const by = 'Git LFS by the .gitattributes of the task, not by those of the base branch';
  assert.deepEqual(refused.lfs, [`${IMAGE} (taken out of ${by})`, `film.mp4 (given to ${by})`]);
  assert.equal(refused.changed, false);
  await writeFiles(worktree, { '.gitattributes': `${ATTRIBUTES}*.mp4 filter=lfs -text\n` });
  rmSync(join(worktree, 'film.mp4'));
  assert.equal((await commit()).lfs, undefined);
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

test('a .lfsconfig of a task leads nothing: no request is made, and no file is left as a pointer', {
  skip,
}, async () => {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    response.writeHead(500).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/lfs`;
  const { worktree, host, place, commit, branch } = await stage.begin('led');
  const canary = join(stage.stateDir, 'canary');
  const trap = join(stage.stateDir, 'trap');
  writeFileSync(trap, `#!/bin/sh\ntouch '${canary}'\ncat\n`, { mode: 0o755 });
  const config = `[lfs]
\turl = ${url}
\tpushurl = ${url}
\tfetchexclude = *
\tskipdownloaderrors = true
\tstandalonetransferagent = evil
\tstorage = ${worktree}/stolen
[lfs "customtransfer.evil"]
\tpath = ${trap}
[lfs "extension.evil"]
\tclean = ${trap}
\tsmudge = ${trap}
\tpriority = 0
[filter "lfs"]
\tprocess = ${trap}
[remote "forge"]
\tlfsurl = ${url}
`;
  await writeFiles(worktree, { '.lfsconfig': config, [IMAGE]: 'led' });
  const { headSha } = await commit();
  await host.pushBranch({ ...place, branch, headSha });
  const review = { ...place, name: 'review-led', commit: headSha };
  assert.equal(read((await stage.host('four').prepareDetached(review)).worktree), 'led');
  // Not even for an object that is nowhere.
  const [own, forge] = [stage.cloneOf('four'), stage.mirror.path].map((at) => objectIn(at, 'led')) as [string, string];
  rmSync(own);
  renameSync(forge, `${forge}.away`);
  await assert.rejects(
    stage.host('five').prepareDetached({ ...review, name: 'review-lost' }),
    failsAs('LfsObjectMissing', {
      message: new RegExp(`lacks an object of Git LFS: ${IMAGE} \\(sha256:${oidOf('led')}\\)`),
    }),
  );
  renameSync(`${forge}.away`, forge);
  assert.equal(read((await stage.host('five').prepareDetached({ ...review, name: 'review-lost' })).worktree), 'led');
  server.close();
  assert.deepEqual([requests, existsSync(canary), existsSync(join(worktree, 'stolen'))], [[], false, false]);
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

test('an object that the source lacks is named before anything begins, and retry finds it', { skip }, async () => {
  const lacking = await createLfsStage();
  const { source, open } = lacking;
  const object = objectIn(join(source.path, '.git'), 'first');
  renameSync(object, `${object}.away`);
  const message = new RegExp(
    `lacks an object of Git LFS: ${IMAGE} \\(sha256:${oidOf('first')}\\); run git lfs fetch --all there`,
  );
  await assert.rejects(open(), failsAs('LfsObjectMissing', { message }));
  renameSync(`${object}.away`, object);
  await open();
  // What came later to the base is met alike, where the base is taken in.
  await source.commit('More', { 'art/more.png': 'more' });
  const more = objectIn(join(source.path, '.git'), 'more');
  rmSync(more);
  const update = () => lacking.activities.updateBase({ repository: REPOSITORY, baseBranch: 'main' });
  await assert.rejects(update(), failsAs('LfsObjectMissing', { message: /art\/more\.png/ }));
  mkdirSync(dirname(more), { recursive: true });
  writeFileSync(more, 'more');
  assert.equal((await update()).kind, 'moved');
  // Another folder may be named there.
  const elsewhere = join(source.path, '.git', 'elsewhere', 'objects');
  await source.git('config', 'lfs.storage', 'elsewhere');
  await source.commit('Elsewhere', { 'art/elsewhere.png': 'elsewhere' });
  assert.equal(existsSync(elsewhere), true);
  assert.deepEqual([(await update()).kind, lacking.isOnForge('elsewhere')], ['moved', true]);
  await lacking.remove();
});

test('without git-lfs the repository is refused by name, at the start and on a host', { skip }, async () => {
  const folder = join(stage.stateDir, 'bin');
  mkdirSync(folder);
  for (const name of ['chmod', 'git', 'rm']) symlinkSync(onPath(name) as string, join(folder, name));
  const { PATH } = process.env;
  process.env.PATH = folder;
  try {
    const message =
      /uses Git LFS \(\.gitattributes\), and git-lfs is not installed (here|on this host); install it on each host/;
    await assert.rejects(stage.open(), failsAs('RepositoryUnsupported', { message }));
    await assert.rejects(
      stage.begin('without', { host: 'six', epoch: 1 }),
      failsAs('RepositoryUnsupported', { message }),
    );
  } finally {
    process.env.PATH = PATH;
  }
  assert.equal(read((await stage.begin('without', { host: 'six', epoch: 1 })).worktree), 'first');
});

// Last, since it moves the base.
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
