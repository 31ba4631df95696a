/** Forge activities of a worker process that was frozen in the middle and wakes after another one did the work. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createForgeActivities } from '../../activities/forge/activities.ts';
import { createLocalForge } from '../../activities/forge/local.ts';
import { mirrorPath } from '../../clients/git/names.ts';
import { execElsewhere, execHere } from '../../exec.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { createFolder, createRepository, type Repository, repositoryAt, type TemporaryFolder } from '../support/git.ts';
import { failsAs, inContext, toNobody } from '../support/git-stage.ts';
import { waitFor } from '../support/wait-for.ts';

let database: TestDatabase;
let folder: TemporaryFolder;
let source: Repository;
let mirror: Repository;
const repository = 'work';
const base = 'factory/e/epic';
/** Set, the next move of a ref waits for it as if its process were frozen. */
let frozen: { until: Promise<void>; isReached: boolean } | undefined;

before(async () => {
  [database, folder, source] = await Promise.all([createDatabase(), createFolder('forge'), createRepository()]);
  mirror = repositoryAt(mirrorPath(folder.path, repository));
  execElsewhere(async (options) => {
    const now = options.args?.includes('update-ref') && frozen?.isReached === false ? frozen : undefined;
    if (now !== undefined) {
      now.isReached = true;
      await now.until;
    }
    return execHere(options);
  });
});
after(async () => {
  execElsewhere(execHere);
  await Promise.all([folder.remove(), source.remove(), database.drop()]);
});

/** The activities of one worker process; all share forge and database. */
const worker = () =>
  inContext(
    createForgeActivities({
      ...toNobody,
      forge: createLocalForge({
        db: database.db,
        stateDir: folder.path,
        repositories: { [repository]: { path: source.path } },
      }),
    }),
  );

/** A task's branch on the forge with its pull request. */
async function openOne(taskKey: string) {
  const { headSha: baseSha } = await worker().ensureEpicBranch({ repository, epicId: 'e', baseBranch: 'main' });
  const clone = await createFolder('clone');
  await mirror.git('clone', '--quiet', '--branch', 'main', '.', clone.path);
  const working = repositoryAt(clone.path);
  const headSha = await working.commit(`Do ${taskKey}`, { [`${taskKey}.txt`]: '' });
  await working.git('push', '--quiet', 'origin', `HEAD:refs/heads/factory/e/${taskKey}`);
  await clone.remove();
  const wanted = { repository, epicId: 'e', taskKey, head: `factory/e/${taskKey}`, base, title: taskKey, body: '' };
  const { number } = await worker().openPullRequest(wanted);
  return { wanted, number, headSha, merge: { repository, number, expectedHeadSha: headSha, expectedBaseSha: baseSha } };
}

/** Runs `old` until it is about to move a ref, lets `meanwhile` happen, and wakes it. */
async function freeze<T>(old: () => Promise<T>, meanwhile: () => Promise<unknown>): Promise<T> {
  const gate = Promise.withResolvers<void>();
  const here = { until: gate.promise, isReached: false };
  frozen = here;
  const result = old();
  result.catch(() => undefined);
  await waitFor(() => here.isReached);
  frozen = undefined;
  await meanwhile();
  gate.resolve();
  return result;
}
const commits = () => mirror.git('rev-list', '--count', '--merges', base);

test('a merge frozen before its compare-and-swap merges nothing a second time, whoever merged what meanwhile', async () => {
  const [one, two] = [await openOne('one'), await openOne('two')];
  const merged = await freeze(
    () => worker().mergePullRequest({ ...one.merge, message: 'late' }),
    () => worker().mergePullRequest({ ...one.merge, message: 'in time' }),
  );
  assert.equal(await commits(), '1');
  assert.equal(await mirror.git('log', '-1', '--format=%s', merged.mergedSha), 'in time');
  // What it was verified with is gone by now.
  const { merge } = two;
  const late = freeze(
    () => worker().mergePullRequest({ ...merge, expectedBaseSha: merged.mergedSha, message: 'late' }),
    () => mirror.git('branch', '--force', base, 'main'),
  );
  await assert.rejects(late, failsAs('BaseMoved'));
  await mirror.git('branch', '--force', base, merged.mergedSha);
  assert.equal(await commits(), '1');
});

test('a merge whose branch was pushed to meanwhile is refused', async () => {
  const { merge } = await openOne('pushed');
  const expectedBaseSha = await mirror.git('rev-parse', base);
  const late = freeze(
    () => worker().mergePullRequest({ ...merge, expectedBaseSha, message: 'late' }),
    () => mirror.git('branch', '--force', 'factory/e/pushed', base),
  );
  // The base holds the new head, but not the one that was to be merged.
  await assert.rejects(late, failsAs('HeadMoved'));
  assert.equal(await mirror.git('rev-parse', base), expectedBaseSha);
});

test('opening, reviewing and closing late leave one pull request as it is', async () => {
  const { wanted, number, headSha } = await openOne('late');
  const review = { verdict: 'approve' as const, summary: 'first', comments: [] };
  const of = { repository, number, key: 'review-1', headSha };
  await worker().reviewPullRequest({ ...of, review });
  await worker().reviewPullRequest({ ...of, review: { ...review, summary: 'late' } });
  const expectedBaseSha = await mirror.git('rev-parse', base);
  await worker().mergePullRequest({ repository, number, expectedHeadSha: headSha, expectedBaseSha, message: 'm' });
  assert.deepEqual(
    await worker()
      .openPullRequest(wanted)
      .then(({ number, state }) => [number, state]),
    [number, 'merged'],
  );
  await worker().closePullRequest({ repository, number, comment: 'late' });
  const rows = await database.db
    .selectFrom('forge_pull_requests')
    .selectAll()
    .where('head', '=', wanted.head)
    .execute();
  assert.deepEqual(
    rows.map(({ state }) => state),
    ['merged'],
  );
  const reviews = await database.db
    .selectFrom('forge_reviews')
    .select('summary')
    .where('number', '=', number)
    .execute();
  assert.deepEqual(reviews, [{ summary: 'first' }]);
});
