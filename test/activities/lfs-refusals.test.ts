/** Git LFS: pointers, attributes and settings that are not followed, and objects and programs that are missing. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { onPath } from '../../local/programs/find.ts';
import { writeFiles } from '../support/git.ts';
import { failsAs, REPOSITORY } from '../support/git-stage.ts';
import { ATTRIBUTES, createLfsStage, IMAGE, objectIn, oidOf, pointerTo, skip, useLfsStage } from '../support/lfs.ts';

const stage = await useLfsStage();

const read = (worktree: string, path = IMAGE) => readFileSync(join(worktree, path), 'utf8');

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
  // The same holds for a base that changed later, when it is brought in.
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
