/** The github forge against the double, through the real gh: one pull request a branch, merges with the expected head. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { failsAs } from '../support/git-stage.ts';
import { openGitHub } from '../support/github-forge.ts';
import { push } from '../support/local-forge.ts';

const { github, createStage, openOne, as, close } = await openGitHub();
after(close);

test('a repository is opened at its base branch, and its files are read', async () => {
  const { name, repository, forge } = await createStage({
    files: { 'factory.yaml': 'verify: true\n', 'docs/[a].md': 'x', 'README.md': '' },
  });
  const headSha = await repository.git.git('rev-parse', 'main');
  assert.deepEqual(await forge.openRepository({ repository: name }), { baseBranch: 'main', headSha });
  const paths = ['factory.yaml', 'AGENTS.md', 'docs/[a].md', 'docs'];
  assert.deepEqual(await forge.readFiles({ repository: name, commit: headSha, paths }), {
    ...{ 'factory.yaml': 'verify: true\n', 'docs/[a].md': 'x' },
  });
});

test('a base that does not hold what was known of it is refused: rolled back, rewritten, begun again', async () => {
  const { name, repository, activities } = await createStage();
  const { git } = repository.git;
  const known = await push(repository.git, 'main', { 'secret.txt': '' });
  const update = () => activities.updateBase({ repository: name, baseBranch: 'main', known });
  assert.deepEqual(await update(), { kind: 'unchanged', headSha: known });
  const later = await push(repository.git, 'main', { 'later.txt': '' });
  assert.deepEqual(await update(), { kind: 'unchanged', headSha: later });
  const refused = failsAs('BaseRewritten', { message: new RegExp(`no longer holds ${known.slice(0, 12)}`) });
  await git('update-ref', 'refs/heads/main', `${known}^`);
  await assert.rejects(update(), refused);
  await push(repository.git, 'main', { 'other.txt': '' });
  await assert.rejects(update(), refused);
  await git('update-ref', 'refs/heads/main', await git('commit-tree', '-m', 'A new root', 'main^{tree}'));
  await assert.rejects(update(), refused);
});

test('a head branch has one pull request, whoever asks at the same time', async () => {
  const { activities, request, opened, repository, ref, headSha } = await openOne();
  assert.deepEqual([opened.number, opened.state, opened.headSha], [1, 'open', headSha]);
  assert.equal(opened.url, `${github.url}/acme/${ref.repository}/pull/1`);
  for (const key of ['b', 'c']) await push(repository.git, `factory/e/${key}`, { [`${key}.txt`]: '' }, 'main');
  const heads = ['schema', 'b', 'c', 'b', 'c'].map((key) => `factory/e/${key}`);
  const made = await Promise.all(
    heads.map((head) => activities.openPullRequest({ ...request, head, title: 'Again', body: '' })),
  );
  assert.equal(repository.pulls.size, 3);
  assert.deepEqual([made[3]?.number, made[4]?.number], [made[1]?.number, made[2]?.number]);
  assert.deepEqual(
    [...repository.pulls.values()].flatMap(({ labels }) => labels),
    ['factory', 'factory', 'factory'],
  );

  await activities.closePullRequest({ ...ref, comment: 'Not now' });
  await activities.closePullRequest({ ...ref, comment: 'Not now' });
  assert.equal(repository.comments.length, 1);
  assert.equal((await activities.readPullRequest(ref)).state, 'closed');
  const open = (reopens: boolean) => activities.openPullRequest({ ...request, title: '', body: '', reopens });
  const closed = await open(false);
  assert.deepEqual([closed.number, closed.state, repository.pulls.get(1)?.state], [1, 'closed', 'closed']);
  const again = await open(true);
  assert.deepEqual([again.number, again.state], [1, 'open']);
});

test('a pull request that a person opens from the same branch does not take the place of the factory’s', async () => {
  const { activities, request, opened, repository, ref } = await openOne();
  await repository.git.git('branch', 'release', 'main');
  const pulls = `repos/acme/${ref.repository}/pulls`;
  await as('ada', 'POST', pulls, { title: 'Mine', head: request.head, base: 'release', body: '' });
  const find = async (more: { known?: number } = {}) => {
    const found = await activities.openPullRequest({ ...request, title: 'Schema', body: 'Adds it', ...more });
    return [found.number, found.base];
  };
  const { number: known } = opened;
  assert.deepEqual(await find(), [known, request.base]);
  // Given another base by hand, the known one is still the factory's.
  Object.assign(repository.pulls.get(known) ?? {}, { base: 'main' });
  assert.deepEqual(await find({ known }), [known, 'main']);
  await as('ada', 'PATCH', `${pulls}/${known}`, { state: 'closed' });
  assert.deepEqual(await find({ known }), [known, 'main']);
  assert.equal(repository.pulls.get(known)?.state, 'closed');
});

test('a merge has both parents, and a repeated one answers the same', async () => {
  const { activities, base, ref, repository, headSha } = await openOne();
  const before = await repository.git.git('rev-parse', base);
  const merge = { ...ref, expectedHeadSha: headSha, expectedBaseSha: before, message: 'Merge Schema' };
  const merged = await activities.mergePullRequest(merge);
  assert.equal(
    await repository.git.git('rev-parse', base, `${base}^1`, `${base}^2`, `${base}^{tree}`),
    [merged.mergedSha, before, headSha, merged.treeSha].join('\n'),
  );
  assert.equal(await repository.git.git('log', '-1', '--format=%B', base), 'Merge Schema');
  assert.deepEqual(await activities.mergePullRequest(merge), merged);
  const read = await activities.readPullRequest(ref);
  assert.deepEqual([read.state, read.mergedSha, read.headSha], ['merged', merged.mergedSha, headSha]);
  const next = await push(repository.git, 'factory/e/schema', { 'more.txt': '' });
  await assert.rejects(
    activities.mergePullRequest({ ...merge, expectedHeadSha: next }),
    failsAs('MergedBefore', { message: /was merged already without these commits/ }),
  );
});

test('a head or base that moved, a conflict and a closed pull request are refused, and nothing moves', async () => {
  const { activities, base, ref, repository, headSha } = await openOne({ 'README.md': 'mine\n' });
  const next = await push(repository.git, 'factory/e/schema', { 'README.md': 'mine again\n' });
  const merge = { ...ref, message: 'M' };
  await assert.rejects(
    activities.mergePullRequest({ ...merge, expectedHeadSha: headSha }),
    failsAs('HeadMoved', { message: new RegExp(next) }),
  );
  const theirs = await push(repository.git, base, { 'README.md': 'theirs\n' });
  await assert.rejects(
    activities.mergePullRequest({ ...merge, expectedHeadSha: next, expectedBaseSha: headSha }),
    failsAs('BaseMoved', { message: new RegExp(theirs) }),
  );
  await assert.rejects(activities.mergePullRequest({ ...merge, expectedHeadSha: next }), failsAs('MergeConflict'));
  await activities.closePullRequest({ ...ref, comment: 'No' });
  await assert.rejects(activities.mergePullRequest({ ...merge, expectedHeadSha: next }), failsAs('PullRequestClosed'));
  assert.equal(await repository.git.git('rev-parse', base), theirs);
  await assert.rejects(activities.readPullRequest({ ...ref, number: 99 }), failsAs('NotFound'));
});

test('the checkpoints of one epic are taken away, and of no other', async () => {
  const { name, repository, forge } = await createStage();
  const main = await repository.git.git('rev-parse', 'main');
  const chains = ['e/a', 'e/b', 'e2/a'].map((chain) => `refs/factory/checkpoints/${chain}`);
  for (const chain of chains) await repository.git.git('update-ref', chain, main);
  await forge.removeCheckpoints({ repository: name, epicId: 'e' });
  assert.equal(await repository.git.git('for-each-ref', '--format=%(refname)', 'refs/factory'), chains[2]);
  await forge.removeCheckpoints({ repository: name, epicId: 'e' });
});
