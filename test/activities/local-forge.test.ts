import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createForgeActivities } from '../../activities/forge/activities.ts';
import { createLocalForge } from '../../activities/forge/local.ts';
import { mirrorPath } from '../../activities/git/names.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { createFolder, createRepository, type Files, type Repository, repositoryAt } from '../support/git.ts';
import { failsAs, inContext } from '../support/git-stage.ts';

let database: TestDatabase;
const cleanups: (() => Promise<void>)[] = [];
before(async () => {
  database = await createDatabase();
});
after(async () => {
  for (const cleanup of cleanups) await cleanup();
  await database.drop();
});

let count = 0;
/** A forge over one repository, under a name that no other test uses. */
async function createForge(options: { files?: Files; bare?: boolean; apiUrl?: string } = {}) {
  const name = `repository-${++count}`;
  const [folder, source] = await Promise.all([createFolder('forge'), createRepository(options)]);
  cleanups.push(folder.remove, source.remove);
  const repositories = { [name]: { path: source.path } };
  const forge = createLocalForge({ db: database.db, stateDir: folder.path, repositories, apiUrl: options.apiUrl });
  const mirror = repositoryAt(mirrorPath(folder.path, name));
  return { name, source, forge, mirror, folder, activities: inContext(createForgeActivities({ forge })) };
}

/** Commits to a branch of a bare repository, as a push from elsewhere would. */
async function push(repository: Repository, branch: string, files: Files, from = branch): Promise<string> {
  const clone = await createFolder('clone');
  await repository.git('clone', '--quiet', '--branch', from, '.', clone.path);
  const working = repositoryAt(clone.path);
  const sha = await working.commit('A change', files);
  await working.git('push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`);
  await clone.remove();
  return sha;
}

async function openOne(files: Files = { 'new.txt': 'new\n' }, options: Parameters<typeof createForge>[0] = {}) {
  const stage = await createForge(options);
  await stage.forge.openRepository({ repository: stage.name });
  const { branch: base } = await stage.activities.ensureEpicBranch({
    repository: stage.name,
    epicId: 'e',
    baseBranch: 'main',
  });
  const headSha = await push(stage.mirror, 'factory/e/schema', files, 'main');
  const request = { repository: stage.name, epicId: 'e', taskKey: 'schema', head: 'factory/e/schema', base };
  const opened = await stage.activities.openPullRequest({ ...request, title: 'Schema', body: 'Adds it' });
  return { ...stage, base, headSha, request, opened, ref: { repository: stage.name, number: opened.number } };
}

test('the mirror has the branches of the source, but not what the factory delivered there before', async () => {
  const { name, source, forge, mirror } = await createForge();
  await source.git('branch', 'feature');
  await source.git('branch', 'factory/old/result');
  assert.deepEqual(await forge.openRepository({ repository: name }), {
    ...{ baseBranch: 'main', headSha: await source.git('rev-parse', 'main') },
  });
  assert.equal(await mirror.git('branch', '--format=%(refname:short)'), 'feature\nmain');
});

test('what cannot be worked on is refused by name', async () => {
  const { name, forge } = await createForge();
  await assert.rejects(forge.openRepository({ repository: name, baseBranch: 'no' }), failsAs('BaseBranchMissing'));
  await assert.rejects(
    forge.openRepository({ repository: 'unknown' }),
    failsAs('RepositoryMissing', { message: /configured: repository-/ }),
  );
  const folder = await createFolder('nothing');
  cleanups.push(folder.remove);
  const at = (path: string) =>
    createLocalForge({ db: database.db, stateDir: join(folder.path, 's'), repositories: { r: { path } } });
  await assert.rejects(
    at(join(folder.path, 'gone')).openRepository({ repository: 'r' }),
    failsAs('RepositoryMissing', { message: /GIT_BASE_REPO_PATH/ }),
  );
  await assert.rejects(at(folder.path).openRepository({ repository: 'r' }), failsAs('RepositoryMissing'));
  const lfs = await createForge({ files: { 'media/.gitattributes': '*.png filter=lfs diff=lfs\n' } });
  await assert.rejects(
    lfs.forge.openRepository({ repository: lfs.name }),
    failsAs('RepositoryUnsupported', { message: /LFS/ }),
  );
  const modules = await createForge({ files: { '.gitmodules': '[submodule "x"]\n\tpath = x\n\turl = ./x\n' } });
  await assert.rejects(
    modules.forge.openRepository({ repository: modules.name }),
    failsAs('RepositoryUnsupported', { message: /submodules/ }),
  );
});

test('files of a commit are read without a checkout', async () => {
  const { name, forge } = await createForge({
    files: { 'factory.yaml': 'verify: true\n', 'docs/[a].md': 'x', 'README.md': '' },
  });
  const { headSha } = await forge.openRepository({ repository: name });
  const paths = ['factory.yaml', 'AGENTS.md', 'docs/[a].md', 'docs'];
  assert.deepEqual(await forge.readFiles({ repository: name, commit: headSha, paths }), {
    ...{ 'factory.yaml': 'verify: true\n', 'docs/[a].md': 'x' },
  });
});

test('a head branch has one pull request, ever, whoever asks at the same time', async () => {
  const { activities, request, opened, ref, mirror, forge, headSha, name } = await openOne(undefined, {
    apiUrl: 'http://api',
  });
  const { title, url, state, number } = opened;
  assert.deepEqual(
    { title, url, state, number, headSha: opened.headSha },
    {
      ...{ title: 'Schema', url: 'http://api/tasks/e.schema', state: 'open', number: 1, headSha },
    },
  );
  for (const key of ['b', 'c', 'd']) await push(mirror, `factory/e/${key}`, { [`${key}.txt`]: '' }, 'main');
  const heads = ['schema', 'b', 'c', 'd', 'b', 'c', 'd', 'schema'].map((key) => `factory/e/${key}`);
  const made = await Promise.all(
    heads.map((head) => activities.openPullRequest({ ...request, head, title: 'Again', body: '' })),
  );
  const numbers = made.map((each) => each.number);
  assert.deepEqual(numbers.slice(0, 4).toSorted(), [1, 2, 3, 4]);
  assert.deepEqual(numbers.slice(4), [numbers[1], numbers[2], numbers[3], numbers[0]]);

  const next = await push(mirror, 'factory/e/schema', { 'more.txt': '' });
  const read = await activities.readPullRequest(ref);
  assert.deepEqual([read.headSha, read.mergeable, read.title], [next, true, 'Schema']);
  await activities.closePullRequest({ ...ref, comment: 'Not now' });
  await activities.closePullRequest({ ...ref, comment: 'Not now' });
  assert.equal((await forge.findPullRequest({ repository: name, head: request.head }))?.state, 'closed');
  assert.equal((await activities.openPullRequest({ ...request, title: '', body: '' })).state, 'open');
  const comments = await database.db
    .selectFrom('forge_comments')
    .select('body')
    .where('repository', '=', name)
    .execute();
  assert.deepEqual(comments, [{ body: 'Not now' }]);
});

test('a merge has both parents, moves the base once, and a repeated one answers the same', async () => {
  const { activities, base, ref, mirror, headSha, name } = await openOne();
  const before = await mirror.git('rev-parse', base);
  const merge = { ...ref, expectedHeadSha: headSha, message: 'Merge Schema' };
  const merged = await activities.mergePullRequest(merge);
  assert.equal(
    await mirror.git('rev-parse', base, `${base}^1`, `${base}^2`, `${base}^{tree}`),
    [merged.mergedSha, before, headSha, merged.treeSha].join('\n'),
  );
  assert.deepEqual(await activities.mergePullRequest(merge), merged);
  const read = await activities.readPullRequest(ref);
  assert.deepEqual([read.state, read.mergedSha, read.headSha], ['merged', merged.mergedSha, headSha]);

  // As if it had been killed after the branch moved and before the row was written, and others merged since.
  await push(mirror, base, { 'later.txt': '' });
  await database.db
    .updateTable('forge_pull_requests')
    .set({ state: 'open', merged_sha: null, merged_at: null })
    .where('repository', '=', name)
    .execute();
  assert.deepEqual(await activities.mergePullRequest(merge), merged);
  assert.equal(await mirror.git('rev-list', '--merges', '--count', base), '1');
});

test('work that came after the merge is neither lost in silence nor merged by the old pull request', async () => {
  const { activities, base, ref, request, mirror, headSha } = await openOne();
  const merged = await activities.mergePullRequest({ ...ref, expectedHeadSha: headSha, message: 'M' });
  const next = await push(mirror, 'factory/e/schema', { 'more.txt': '' });
  const again = await activities.openPullRequest({ ...request, title: 'Schema', body: '' });
  assert.deepEqual([again.number, again.state, again.headSha], [ref.number, 'merged', headSha]);
  await assert.rejects(
    activities.mergePullRequest({ ...ref, expectedHeadSha: next, message: 'M' }),
    failsAs('NotAllowedNow', { message: /was merged already without these commits/ }),
  );
  assert.equal(await mirror.git('rev-parse', base), merged.mergedSha);
});

test('a merge that is cancelled ends its git, and one that is asked for again arrives', async () => {
  const { forge, activities, base, ref, mirror, headSha } = await openOne();
  const before = await mirror.git('rev-parse', base);
  const merge = { ...ref, expectedHeadSha: headSha, message: 'M' };
  const environment = new MockActivityEnvironment();
  environment.cancel('CANCELLED');
  const cancelled = environment.run(createForgeActivities({ forge }).mergePullRequest, merge) as Promise<unknown>;
  await assert.rejects(cancelled, (error: Error) => /CANCELLED|abort|cancel/i.test(`${error.name} ${error.message}`));
  assert.equal(await mirror.git('rev-parse', base), before);
  await activities.mergePullRequest(merge);
  assert.notEqual(await mirror.git('rev-parse', base), before);
});

test('merges at the same time all arrive, once each', async () => {
  const { activities, base, request, mirror } = await openOne();
  const keys = ['p', 'q', 'r', 's'];
  const merges = [];
  for (const key of keys) {
    const expectedHeadSha = await push(mirror, `factory/e/${key}`, { [`${key}.txt`]: '' }, 'main');
    const { number } = await activities.openPullRequest({ ...request, head: `factory/e/${key}`, title: key, body: '' });
    merges.push({ repository: request.repository, number, expectedHeadSha, message: key });
  }
  await Promise.all([...merges, ...merges].map((merge) => activities.mergePullRequest(merge)));
  assert.equal(await mirror.git('rev-list', '--merges', '--count', base), String(keys.length));
  assert.equal(
    await mirror.git('ls-tree', '--name-only', base),
    ['README.md', ...keys.map((key) => `${key}.txt`)].join('\n'),
  );
});

test('a head that moved, a conflict and a closed pull request are refused, and nothing moves', async () => {
  const { activities, base, ref, mirror, headSha } = await openOne({ 'README.md': 'mine\n' });
  const next = await push(mirror, 'factory/e/schema', { 'README.md': 'mine again\n' });
  await assert.rejects(
    activities.mergePullRequest({ ...ref, expectedHeadSha: headSha, message: 'M' }),
    failsAs('HeadMoved', { message: new RegExp(next) }),
  );
  const theirs = await push(mirror, base, { 'README.md': 'theirs\n' });
  assert.equal((await activities.readPullRequest(ref)).mergeable, false);
  await assert.rejects(
    activities.mergePullRequest({ ...ref, expectedHeadSha: next, expectedBaseSha: headSha, message: 'M' }),
    failsAs('BaseMoved', { message: new RegExp(theirs) }),
  );
  const merge = { ...ref, expectedHeadSha: next, message: 'M' };
  await assert.rejects(activities.mergePullRequest(merge), failsAs('MergeConflict', { message: /README\.md/ }));
  await activities.closePullRequest({ ...ref, comment: 'No' });
  await assert.rejects(activities.mergePullRequest(merge), failsAs('NotAllowedNow'));
  assert.equal(await mirror.git('rev-parse', base), theirs);
  await assert.rejects(activities.readPullRequest({ ...ref, number: 99 }), failsAs('NotFound'));
});

test('a review is written once a key, for the commit that was read', async () => {
  const { activities, ref, headSha, forge } = await openOne();
  const comments = [{ path: 'new.txt', line: 1, body: 'Why?' }];
  const review = { verdict: 'request_changes' as const, summary: 'Almost', comments };
  await activities.reviewPullRequest({ ...ref, key: 'submission-1', headSha, review });
  await activities.reviewPullRequest({
    ...ref,
    key: 'submission-1',
    headSha,
    review: { ...review, verdict: 'approve' },
  });
  await activities.reviewPullRequest({
    ...ref,
    key: 'submission-2',
    headSha,
    review: { ...review, verdict: 'approve' },
  });
  const { reviews } = await forge.readPullRequest(ref);
  assert.deepEqual(reviews, [
    { verdict: 'request_changes', headSha },
    { verdict: 'approve', headSha },
  ]);
});

test('what happens in the source comes into the base: forward, by a merge, or as a conflict', async () => {
  const { activities, source, mirror, name, forge } = await createForge();
  await forge.openRepository({ repository: name });
  const update = () => activities.updateBase({ repository: name, baseBranch: 'main' });
  assert.equal((await update()).kind, 'unchanged');
  const first = await source.commit('First', { 'first.txt': '' });
  assert.deepEqual(await update(), { kind: 'moved', headSha: first });
  await push(mirror, 'main', { 'ours.txt': '' });
  const second = await source.commit('Second', { 'second.txt': '' });
  const moved = await update();
  assert.ok(moved.kind === 'moved');
  assert.equal(await mirror.git('rev-parse', 'main', 'main^2'), `${moved.headSha}\n${second}`);
  assert.deepEqual(await update(), { kind: 'unchanged', headSha: moved.headSha });
  const ours = await push(mirror, 'main', { 'first.txt': 'ours\n' });
  await source.commit('Theirs', { 'first.txt': 'theirs\n' });
  assert.deepEqual(await update(), { kind: 'conflict', files: ['first.txt'] });
  assert.equal(await mirror.git('rev-parse', 'main'), ours);
});

test('a bare source gets its base branch moved, unless somebody works on it', async () => {
  const { activities, source, mirror, name, forge } = await createForge({ bare: true });
  await forge.openRepository({ repository: name });
  const result = (mergedSha: string, epicId = 'e') =>
    activities.deliverResult({ repository: name, epicId, baseBranch: 'main', mergedSha });
  const first = await push(mirror, 'main', { 'a.txt': '' });
  assert.deepEqual(await result(first), { delivered: 'main' });
  assert.deepEqual(await result(first), { delivered: 'main' });
  assert.equal(await source.git('rev-parse', 'main'), first);

  const theirs = await push(source, 'main', { 'theirs.txt': '' });
  const second = await push(mirror, 'main', { 'b.txt': '' });
  assert.deepEqual(await result(second), { delivered: 'factory/e/result' });
  assert.equal(await source.git('rev-parse', 'main', 'factory/e/result'), `${theirs}\n${second}`);

  const desk = await createFolder('desk');
  cleanups.push(desk.remove);
  await forge.updateBase({ repository: name, baseBranch: 'main' });
  await source.git('worktree', 'add', '--quiet', join(desk.path, 'main'), 'main');
  const third = await push(mirror, 'main', { 'c.txt': '' });
  assert.deepEqual(await result(third, 'f'), { delivered: 'factory/f/result' });
  assert.equal(await source.git('rev-parse', 'main'), theirs);
});

test('a source with a checkout gets a branch, and nothing of it is touched', async () => {
  const { activities, source, mirror, name, forge } = await createForge();
  await forge.openRepository({ repository: name });
  await source.write({ 'README.md': 'being edited\n', 'untracked.txt': '' });
  const look = () => Promise.all([source.git('status', '--porcelain', '--branch'), source.git('rev-parse', 'main')]);
  const before = await look();
  const mergedSha = await push(mirror, 'main', { 'a.txt': '' });
  for (const _ of ['delivered', 'delivered before']) {
    const delivery = await activities.deliverResult({ repository: name, epicId: 'e', baseBranch: 'main', mergedSha });
    assert.deepEqual(delivery, { delivered: 'factory/e/result' });
  }
  assert.equal(await source.git('rev-parse', 'factory/e/result'), mergedSha);
  assert.deepEqual(await look(), before);
});
