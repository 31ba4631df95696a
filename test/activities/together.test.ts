/** Changes that are verified together: put on top of each other as they will be merged, green for all that took part. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { VerifyResult } from '../../activities/verify.ts';
import { RepositoryPolicy } from '../../workflows/contract/settings.ts';
import type { VerifyInput } from '../../workflows/contract/verification.ts';
import { MockActivityEnvironment } from '../support/activity-environment.ts';
import { repositoryAt, writeFiles } from '../support/git.ts';
import { REPOSITORY } from '../support/git-stage.ts';
import { openVerifyStage } from '../support/verify-stage.ts';

const { stage, database, activitiesIn, close } = await openVerifyStage({ 'a.txt': 'a\n' });
after(close);

let calls = 0;
function verify(input: VerifyInput): Promise<VerifyResult> {
  const activities = activitiesIn(undefined, input.placement.host);
  return new MockActivityEnvironment({ activityId: `verify-${++calls}` }).run(activities.verify, input);
}

/** A task of its own epic that has changed and pushed these files. */
async function handedIn(epicId: string, files: Record<string, string>, host = 'one') {
  const task = { epicId, taskKey: 'only', repository: REPOSITORY, targetBranch: 'main', placement: { host, epoch: 1 } };
  const made = await stage.host(host).prepareWorktree(task);
  const place = { ...task, worktree: made.worktree };
  await writeFiles(made.worktree, files);
  const { headSha } = await stage.host(host).commitChange({ ...place, message: epicId, key: 'k' });
  await stage.host(host).pushBranch({ ...place, branch: made.branch, headSha });
  return { ...place, branch: made.branch, headSha, member: `epic-${epicId}/task-only`, policyHash: 'p' };
}

test('what set-up made of several tasks together serves none of them alone', async () => {
  const alone = await handedIn('alone', { 'alone.txt': '1\n' });
  const guest = await handedIn('guest', { 'guest.txt': '2\n' });
  const name = 'together-only';
  const { worktree, commitSha } = await stage.host('one').prepareDetached({
    ...{ epicId: 'alone', name, repository: REPOSITORY, placement: alone.placement },
    ...{ commit: alone.headSha, followers: [guest] },
  });
  const log = join(stage.stateDir, 'made-of');
  const run = `ls *.txt | xargs >> '${log}'; mkdir -p modules; cp *.txt modules`;
  const policy = RepositoryPolicy.parse({
    ...{ setup: { run, keep: ['modules'], while: ['a.txt'] } },
    verify: 'test ! -e modules/guest.txt',
  });
  assert.equal((await verify({ ...alone, worktree, commitSha, policy })).green, false);
  assert.equal(readFileSync(log, 'utf8'), 'a.txt alone.txt guest.txt\n');
  const own = await verify({ ...alone, commitSha: alone.headSha, policy });
  assert.equal(own.green, true, 'what a guest left made it red');
});

test('a verification of several tasks together is evidence for exactly the trees that they merge', async () => {
  const one = stage.host('one');
  const first = await handedIn('first', { 'one.txt': '1\n' });
  const second = await handedIn('second', { 'two.txt': '2\n' }, 'two');
  const clash = await handedIn('clash', { 'one.txt': 'other\n' });
  const third = await handedIn('third', { 'three.txt': '3\n' });
  const moved = { ...(await handedIn('moved', { 'moved.txt': '4\n' })), headSha: first.headSha };
  const together = {
    ...{ epicId: 'first', name: 'together-only', repository: REPOSITORY, placement: first.placement },
    commit: first.headSha,
    followers: [second, clash, third, moved, clash],
  };
  const { worktree, commitSha, stacked } = await one.prepareDetached(together);
  assert.deepEqual(
    stacked.map(({ epicId }) => epicId),
    ['second', 'third'],
    'without the one in conflict, and up to the one that is not as it was',
  );
  assert.equal((await one.prepareDetached(together)).commitSha, commitSha, 'a twin makes the same');
  const files = await repositoryAt(worktree).git('ls-tree', '--name-only', commitSha);
  assert.deepEqual(files.split('\n'), ['a.txt', 'one.txt', 'three.txt', 'two.txt']);

  const runs = join(stage.stateDir, 'runs');
  const policy = RepositoryPolicy.parse({ verify: `echo once >> '${runs}'` });
  const { green, tookMs } = await verify({ ...first, worktree, commitSha, policy });
  assert.equal(green, true);
  assert.ok(tookMs > 0);

  // In its turn it merges what the branch is then, which must be what was verified.
  await stage.mirror.git('update-ref', 'refs/heads/main', first.headSha);
  const merged = await stage.host('two').mergeTarget({ ...second, message: 'Merge main' });
  if (merged.kind === 'conflict') return assert.fail('in conflict');
  assert.equal(merged.treeSha, stacked[0]?.treeSha);
  const runsNow = () => readFileSync(runs, 'utf8').split('\n').length - 1;
  const own = { ...second, commitSha: merged.headSha, policy };
  const coveredBy = { epicId: 'first', taskKey: 'only', commitSha };
  assert.equal((await verify({ ...own, coveredBy })).green, true);
  assert.equal((await verify({ ...own, coveredBy })).green, true);
  assert.equal(runsNow(), 1, 'it was verified with the others');
  const rows = () =>
    database.db
      .selectFrom('evidence')
      .select(['verified_by', 'covered_by'])
      .where('commit_sha', '=', merged.headSha)
      .execute();
  assert.deepEqual(await rows(), [{ verified_by: 'host one', covered_by: commitSha }]);
  // Without them nothing is known of it.
  assert.equal((await verify(own)).green, true);
  assert.equal(runsNow(), 2);
  assert.deepEqual(await rows(), [{ verified_by: 'host two', covered_by: null }]);
  const unknown = { ...coveredBy, commitSha: 'f'.repeat(40) };
  const late = { ...third, commitSha: third.headSha, policy, coveredBy: unknown };
  assert.equal((await verify(late)).green, true);
  assert.equal(runsNow(), 3, 'what covers nothing is no evidence');
});
