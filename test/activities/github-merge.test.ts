/** Merges that GitHub refuses without saying why, or that it made all the same: what the pull request tells decides. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, test } from 'node:test';
import { doubtOf } from '../../activities/retries.ts';
import { failsAs } from '../support/git-stage.ts';
import { openGitHub } from '../support/github-forge.ts';
import { push } from '../support/local-forge.ts';

const { github, openOne, close } = await openGitHub();
after(close);

const later = (error: unknown): boolean =>
  failsAs('ForgeUnavailable', { final: false, message: /cannot say yet/ })(error) &&
  (error as { nextRetryDelay?: string }).nextRetryDelay === '3s';

test('a merge that comes before GitHub knows whether there is a conflict is tried again, and then told', async () => {
  const { activities, ref, headSha, base, repository } = await openOne({ 'README.md': 'mine\n' });
  const merge = (expectedHeadSha = headSha) =>
    activities.mergePullRequest({ ...ref, expectedHeadSha, expectedBaseSha: baseSha, message: 'M' });
  let baseSha = await repository.git.git('rev-parse', base);
  repository.lazyReads = 3;
  await assert.rejects(merge(), later);
  const merged = await merge();
  assert.equal(await repository.git.git('rev-parse', base), merged.mergedSha);

  const other = await openOne({ 'README.md': 'mine\n' });
  other.repository.lazyReads = 3;
  baseSha = await push(other.repository.git, other.base, { 'README.md': 'theirs\n' });
  const conflict = () =>
    other.activities.mergePullRequest({ ...other.ref, expectedHeadSha: other.headSha, message: 'M' });
  await assert.rejects(conflict(), later);
  await assert.rejects(conflict(), failsAs('MergeConflict', { message: /without a conflict/ }));
  assert.equal(await other.repository.git.git('rev-parse', other.base), baseSha);
});

test('a base that moved under the merge is tried again, and compared again', async () => {
  const { activities, ref, headSha, base, repository } = await openOne();
  const expectedBaseSha = await repository.git.git('rev-parse', base);
  const merge = () => activities.mergePullRequest({ ...ref, expectedHeadSha: headSha, expectedBaseSha, message: 'M' });
  repository.refuseMerges.push('Base branch was modified. Review and try the merge again.');
  await assert.rejects(merge(), later);
  const moved = await push(repository.git, base, { 'theirs.txt': '' });
  await assert.rejects(merge(), failsAs('BaseMoved', { message: new RegExp(moved) }));
});

test('a base that moves while the rules are read is not merged with', async () => {
  const { activities, ref, headSha, base, repository } = await openOne();
  const expectedBaseSha = await repository.git.git('rev-parse', base);
  const moved = await push(repository.git, 'factory/e/theirs', { 'theirs.txt': '' }, base);
  github.beforeAnswer((_method, path) => {
    if (!path.includes('/rules/branches/')) return;
    execFileSync('git', ['-C', repository.git.path, 'update-ref', `refs/heads/${base}`, moved]);
  });
  const merge = activities.mergePullRequest({ ...ref, expectedHeadSha: headSha, expectedBaseSha, message: 'M' });
  await assert
    .rejects(merge, failsAs('BaseMoved', { message: new RegExp(moved) }))
    .finally(() => github.beforeAnswer(undefined));
  assert.equal(await repository.git.git('rev-parse', base), moved);
});

test('a pull request that was given another base branch is not merged there', async () => {
  const { activities, ref, headSha, base, repository } = await openOne();
  const expectedBaseSha = await repository.git.git('rev-parse', base);
  // At the same commit, so that nothing but its name tells them apart.
  await repository.git.git('branch', 'release', base);
  const pull = repository.pulls.get(ref.number);
  Object.assign(pull ?? {}, { base: 'release' });
  const merge = () =>
    activities.mergePullRequest({ ...ref, expectedHeadSha: headSha, expectedBaseSha, base, message: 'M' });
  await assert.rejects(
    merge(),
    failsAs('PullRequestRetargeted', { message: new RegExp(`release.*set it back to ${base}`) }),
  );
  assert.equal(await repository.git.git('rev-parse', 'release'), expectedBaseSha);
  Object.assign(pull ?? {}, { base });
  assert.equal((await merge()).mergedSha, await repository.git.git('rev-parse', base));
});

test('a merge by hand into another branch is no merge into its own, and the base lacks it until somebody brings it there', async () => {
  const { activities, ref, headSha, base, repository } = await openOne();
  const { git } = repository.git;
  const tree = await git('rev-parse', `${headSha}^{tree}`);
  const mergeSha = await git('commit-tree', tree, '-p', base, '-p', headSha, '-m', 'By hand');
  await git('update-ref', 'refs/heads/release', mergeSha);
  const merged = { base: 'release', state: 'closed', mergedAt: '2026-01-01T00:00:00Z', mergeSha };
  Object.assign(repository.pulls.get(ref.number) ?? {}, merged);
  await assert.rejects(
    activities.mergePullRequest({ ...ref, expectedHeadSha: headSha, base, message: 'M' }),
    failsAs('MergedBefore', { message: /into release and not into factory\/e\/epic/ }),
  );
  const delivery = { repository: ref.repository, epicId: 'e', baseBranch: base, mergedSha: mergeSha };
  const deliver = () => activities.deliverResult(delivery);
  const lacks = new RegExp(`^${base} of acme/${ref.repository} does not hold ${mergeSha.slice(0, 12)},`);
  // GitHub may answer with the branch of before, so it is asked again for a minute.
  await assert.rejects(deliver(), (error: unknown) => {
    assert.equal(doubtOf(error, 'deliverResult', 1)?.forMs, 60_000);
    return failsAs('MergedElsewhere', { final: false, message: lacks })(error);
  });
  await git('update-ref', `refs/heads/${base}`, mergeSha);
  assert.deepEqual(await deliver(), { delivered: base });
  await push(repository.git, base, { 'later.txt': '' });
  assert.deepEqual(await deliver(), { delivered: base });
});

test('a rule that is in the way is told as one, whether GitHub names it or not', async () => {
  const { activities, ref, headSha, base, repository } = await openOne();
  const merge = () => activities.mergePullRequest({ ...ref, expectedHeadSha: headSha, message: 'M' });
  repository.required.set(base, ['ci']);
  await assert.rejects(merge(), failsAs('BranchProtected', { message: /Required status check "ci" is expected/ }));
  repository.refuseMerges.push('Pull Request is not mergeable');
  await assert.rejects(merge(), failsAs('BranchProtected', { message: /A rule of factory\/e\/epic .*blocked/ }));
  repository.required.delete(base);
  repository.refuseMerges.push('New changes require approval from someone other than the last pusher.');
  await assert.rejects(merge(), failsAs('BranchProtected', { message: /other than the last pusher/ }));
});

test('a merge that somebody else made meanwhile counts', async () => {
  const { activities, ref, headSha, base, repository } = await openOne();
  const at = await repository.git.git('rev-parse', base);
  const tree = await repository.git.git('rev-parse', `${headSha}^{tree}`);
  const mergeSha = await repository.git.git('commit-tree', tree, '-p', at, '-p', headSha, '-m', 'By hand');
  const pull = repository.pulls.get(ref.number);
  // Between the look before the merge and the merge itself.
  github.beforeAnswer((method, path) => {
    if (method !== 'GET' || !path.includes('/rules/branches/')) return;
    Object.assign(pull ?? {}, { state: 'closed', mergedAt: '2026-01-01T00:00:00Z', mergeSha });
  });
  const merged = await activities.mergePullRequest({ ...ref, expectedHeadSha: headSha, message: 'M' });
  github.beforeAnswer(undefined);
  assert.deepEqual(merged, { mergedSha: mergeSha, treeSha: tree, hasLeft: false });
});
