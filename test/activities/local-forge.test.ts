/** The local forge: a bare mirror and PostgreSQL, one pull request a branch, merges by compare-and-swap. */
import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createForgeActivities } from '../../activities/forge/activities.ts';
import { createLocalForge } from '../../activities/forge/local.ts';
import { MockActivityEnvironment } from '../support/activity-environment.ts';
import { createFolder } from '../support/git.ts';
import { failsAs, toNobody } from '../support/git-stage.ts';
import { openForges, push } from '../support/local-forge.ts';

const forges = await openForges();
const { db, createForge, openOne } = forges;
after(() => forges.close());

/** As if the process had died after the branch moved and before the row was written. */
const forgetMerge = (repository: string) =>
  db
    .updateTable('forge_pull_requests')
    .set({ state: 'open', merged_sha: null, merged_at: null })
    .where('repository', '=', repository)
    .execute();

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
  after(folder.remove);
  const at = (path: string) =>
    createLocalForge({ db, stateDir: join(folder.path, 's'), repositories: { r: { path } } });
  await assert.rejects(
    at(join(folder.path, 'gone')).openRepository({ repository: 'r' }),
    failsAs('RepositoryMissing', { message: /GIT_BASE_REPO_PATH/ }),
  );
  await assert.rejects(at(folder.path).openRepository({ repository: 'r' }), failsAs('RepositoryMissing'));
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

test('links are followed within the commit, and one that leads elsewhere is refused by name', async () => {
  const { name, forge, source } = await createForge({
    files: { 'docs/policy.yaml': 'verify: true\n', 'README.md': '' },
  });
  await symlink('docs/policy.yaml', join(source.path, 'factory.yaml'));
  await symlink('factory.yaml', join(source.path, 'AGENTS.md'));
  await symlink('../outside.md', join(source.path, 'CLAUDE.md'));
  await symlink('docs/gone.md', join(source.path, 'gone.md'));
  await symlink('round.md', join(source.path, 'round.md'));
  await symlink('docs', join(source.path, 'folder.md'));
  await symlink('..', join(source.path, 'up.md'));
  await source.commit('Link');
  const { headSha } = await forge.openRepository({ repository: name });
  const read = (...paths: string[]) => forge.readFiles({ repository: name, commit: headSha, paths });
  assert.deepEqual(await read('factory.yaml', 'AGENTS.md'), {
    ...{ 'factory.yaml': 'verify: true\n', 'AGENTS.md': 'verify: true\n' },
  });
  for (const [path, where] of [
    ['CLAUDE.md', /CLAUDE\.md is a link that leads out of the repository \(\.\.\/outside\.md\)/],
    ['gone.md', /leads to docs\/gone\.md, which is not there/],
    ['round.md', /in a circle/],
    ['folder.md', /leads to docs, which is no file/],
    ['up.md', /out of the repository \(\.\.\)/],
  ] as const) {
    await assert.rejects(read(path), failsAs('RepositoryUnsupported', { message: where }));
  }
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
  assert.deepEqual([read.headSha, read.title], [next, 'Schema']);
  await activities.closePullRequest({ ...ref, comment: 'Not now' });
  await activities.closePullRequest({ ...ref, comment: 'Not now' });
  assert.equal((await forge.findPullRequest({ repository: name, head: request.head }))?.state, 'closed');
  const open = (reopens: boolean) => activities.openPullRequest({ ...request, title: '', body: '', reopens });
  assert.deepEqual([(await open(false)).state, (await open(true)).state], ['closed', 'open']);
  const comments = await db.selectFrom('forge_comments').select('body').where('repository', '=', name).execute();
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

  // Others merged since.
  await push(mirror, base, { 'later.txt': '' });
  await forgetMerge(name);
  assert.deepEqual(await activities.mergePullRequest(merge), merged);
  assert.equal(await mirror.git('rev-list', '--merges', '--count', base), '1');
});

test('a merge whose process died before it was noted is not closed over, and what was merged beside it is open', async () => {
  const { activities, base, ref, request, mirror, headSha, name } = await openOne();
  // Without work of its own it is where the base was, which the merge has as its other parent.
  await mirror.git('branch', 'factory/e/idle', base);
  const idle = await activities.openPullRequest({ ...request, head: 'factory/e/idle', title: 'Idle', body: '' });
  const { mergedSha } = await activities.mergePullRequest({ ...ref, expectedHeadSha: headSha, message: 'M' });
  await push(mirror, base, { 'later.txt': '' });
  await forgetMerge(name);
  assert.deepEqual(await activities.closePullRequest({ ...ref, comment: 'No' }), { state: 'merged', mergedSha });
  const { state, mergedSha: noted } = await activities.readPullRequest(ref);
  assert.deepEqual([state, noted], ['merged', mergedSha]);
  const comments = db.selectFrom('forge_comments').select('body').where('repository', '=', name);
  assert.deepEqual(await comments.execute(), []);
  assert.equal((await activities.readPullRequest({ ...ref, number: idle.number })).state, 'open');
});

test('work that came after the merge is neither lost in silence nor merged by the old pull request', async () => {
  const { activities, base, ref, request, mirror, headSha } = await openOne();
  const merged = await activities.mergePullRequest({ ...ref, expectedHeadSha: headSha, message: 'M' });
  const next = await push(mirror, 'factory/e/schema', { 'more.txt': '' });
  const again = await activities.openPullRequest({ ...request, title: 'Schema', body: '' });
  assert.deepEqual([again.number, again.state, again.headSha], [ref.number, 'merged', headSha]);
  await assert.rejects(
    activities.mergePullRequest({ ...ref, expectedHeadSha: next, message: 'M' }),
    failsAs('MergedBefore', { message: /was merged already without these commits/ }),
  );
  assert.equal(await mirror.git('rev-parse', base), merged.mergedSha);
});

test('a merge that is cancelled ends its git, and one that is asked for again arrives', async () => {
  const { forge, activities, base, ref, mirror, headSha } = await openOne();
  const before = await mirror.git('rev-parse', base);
  const merge = { ...ref, expectedHeadSha: headSha, message: 'M' };
  const environment = new MockActivityEnvironment();
  environment.cancel('CANCELLED');
  const cancelled = environment.run(
    createForgeActivities({ forge, ...toNobody }).mergePullRequest,
    merge,
  ) as Promise<unknown>;
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
  await assert.rejects(
    activities.mergePullRequest({ ...ref, expectedHeadSha: next, expectedBaseSha: headSha, message: 'M' }),
    failsAs('BaseMoved', { message: new RegExp(theirs) }),
  );
  const merge = { ...ref, expectedHeadSha: next, message: 'M' };
  await assert.rejects(activities.mergePullRequest(merge), failsAs('MergeConflict', { message: /README\.md/ }));
  await activities.closePullRequest({ ...ref, comment: 'No' });
  await assert.rejects(activities.mergePullRequest(merge), failsAs('PullRequestClosed'));
  assert.equal(await mirror.git('rev-parse', base), theirs);
  await assert.rejects(activities.readPullRequest({ ...ref, number: 99 }), failsAs('NotFound'));
});

test('a review is written once a key, for the commit that was read', async () => {
  const { activities, ref, headSha } = await openOne();
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
  const rows = db.selectFrom('forge_reviews').select(['verdict', 'head_sha']).where('repository', '=', ref.repository);
  assert.deepEqual(await rows.orderBy('created_at').execute(), [
    { verdict: 'request_changes', head_sha: headSha },
    { verdict: 'approve', head_sha: headSha },
  ]);
});

test('a review renews the text of its pull request, and opens nothing', async () => {
  const { activities, ref, headSha } = await openOne();
  const textOf = () =>
    db.selectFrom('forge_pull_requests').select(['body', 'state']).where('repository', '=', ref.repository).execute();
  const review = { verdict: 'approve' as const, summary: 'Fine', comments: [] };
  const describe = { epicId: 'e', taskKey: 'schema', body: 'What is true now' };
  await activities.closePullRequest({ ...ref, comment: 'No' });
  await activities.reviewPullRequest({ ...ref, key: 'submission-1', headSha, review, describe });
  assert.deepEqual(await textOf(), [{ body: 'What is true now', state: 'closed' }]);
});
