/** The diff of what a task handed in, as it was then: against its base, and against what it handed in before. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createMirrorReader } from '../../activities/forge/diff.ts';
import { absentTemporal, createApi, type TestApi } from '../support/api.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { createFolder, createRepository, type Repository, type TemporaryFolder } from '../support/git.ts';
import { recorder } from '../support/recording.ts';
import { epicView, plannedTask, pullRequest, taskView } from '../support/views.ts';

const GONE = 'c'.repeat(40);
const BASE = 'factory/shop/epic';

let database: TestDatabase;
let state: TemporaryFolder;
let source: Repository;
let api: TestApi;
/** Of task `api`: the third merges the base, the fourth goes back to the first. */
let handedIn: string[];

before(async () => {
  [database, state, source] = await Promise.all([createDatabase(), createFolder('state'), createRepository()]);
  const { git } = source;
  await git('checkout', '--quiet', '-b', BASE);
  await git('checkout', '--quiet', '-b', 'factory/shop/api');
  const first = await source.commit('First', { 'api.txt': 'one\n' });
  const second = await source.commit('Second', { 'api.txt': 'one\ntwo\n' });
  await git('checkout', '--quiet', BASE);
  await source.commit('Another task', { 'other.txt': 'merged meanwhile\n' });
  await git('checkout', '--quiet', 'factory/shop/api');
  await git('merge', '--quiet', BASE, '--message', 'Take the base in');
  const third = await source.commit('Third', { 'more.txt': 'three\n' });
  await git('checkout', '--quiet', '-b', 'again', first);
  const fourth = await source.commit('Fourth', { 'again.txt': 'four\n' });
  // A task that is merged: its base holds all of it.
  await git('checkout', '--quiet', '-b', 'factory/shop/done', BASE);
  const done = await source.commit('Done', { 'done.txt': 'five\n' });
  await git('checkout', '--quiet', BASE);
  await git('merge', '--quiet', '--no-ff', 'factory/shop/done', '--message', 'Merge done');
  const mergedSha = await git('rev-parse', 'HEAD');
  await mkdir(join(state.path, 'forge'));
  await git('clone', '--quiet', '--bare', '.', join(state.path, 'forge', 'example.git'));
  handedIn = [first, second, third, fourth];

  const record = recorder(database.db);
  const keys = ['first', 'api', 'done', 'gone', 'idle', 'pushed'];
  await record.epic(epicView('shop', 1, { tasks: keys.map((key, position) => plannedTask(key, position)) }));
  await handIn('api', handedIn, { number: 2, headSha: fourth, state: 'open' });
  await handIn('done', [done], { number: 3, headSha: done, state: 'merged', mergedSha });
  await handIn('gone', [GONE, first], { number: 4, headSha: first, state: 'open', base: 'deleted' });

  const handedNow = { number: 1, headSha: first, treeSha: first, state: 'verified' as const };
  await record.task(taskView('shop', 'pushed', 1, { submissions: [handedNow] }));

  async function handIn(key: string, heads: readonly string[], opened: { number: number; [field: string]: unknown }) {
    const last = heads.length;
    const submissions = heads.map((headSha, index) => {
      const now = opened.state === 'merged' ? ('merged' as const) : ('verified' as const);
      return {
        number: index + 1,
        headSha,
        treeSha: headSha,
        state: index + 1 === last ? now : ('superseded' as const),
      };
    });
    const { number, ...rest } = opened;
    const asked = pullRequest(number, { head: `factory/shop/${key}`, base: BASE, ...rest });
    await record.task(taskView('shop', key, 1, { submissions, pullRequest: asked }));
  }
  api = await createApi(database.db, absentTemporal(), { forge: createMirrorReader(state.path) });
});
after(async () => {
  await api.close();
  await Promise.all([database.drop(), state.remove(), source.remove()]);
});

const ask = (query: string) => api.ask('GET', `/epics/shop/diff?${query}`);
const paths = (body: { files: { path: string }[] }) => body.files.map(({ path }) => path);

test('each submission is shown as it was handed in, against where it left the base', async () => {
  const { status, body } = await ask('task=api&submission=1');
  assert.equal(status, 200);
  const { taskKey, submission, since, pullRequest: number, headSha } = body;
  assert.deepEqual([taskKey, submission, since, number, headSha], ['api', 1, null, 2, handedIn[0]]);
  assert.deepEqual(body.files[0], {
    ...{ path: 'api.txt', previousPath: null, status: 'added', additions: 1, deletions: 0 },
    ...{ isBinary: false, isGenerated: false },
  });
  assert.deepEqual(['from' in body, 'elsewhere' in body], [false, false]);
  const third = await ask('task=api&submission=3');
  assert.deepEqual(paths(third.body), ['api.txt', 'more.txt'], 'without what came from the base');
  const latest = await ask('task=api');
  assert.deepEqual([latest.body.submission, latest.body.headSha], [4, handedIn[3]]);
  const done = await ask('task=done&submission=1');
  assert.deepEqual(paths(done.body), ['done.txt'], 'although its base has it by now');
});

test('what changed since an earlier submission leads from its commit, and its patch is read the same way', async () => {
  const { body } = await ask('task=api&submission=2&since=1');
  assert.deepEqual([body.baseSha, body.headSha], handedIn.slice(0, 2));
  assert.deepEqual(body.since, { number: 1, bringsBase: false });
  assert.deepEqual(body.totals, { files: 1, additions: 1, deletions: 0 });
  const query = new URLSearchParams({ baseSha: body.baseSha, headSha: body.headSha, path: 'api.txt' });
  const { body: piece } = await api.ask('GET', `/epics/shop/diff/patch?${query}`);
  assert.match(piece.patch, /\n one\n\+two\n$/);
  const merged = await ask('task=api&submission=3&since=1');
  assert.deepEqual(merged.body.since, { number: 1, bringsBase: true });
  assert.deepEqual(paths(merged.body), ['api.txt', 'more.txt', 'other.txt']);
});

test('a page of a submission is refused once another commit has its number', async () => {
  const stale = await ask(`task=api&submission=1&headSha=${GONE}`);
  assert.deepEqual([stale.status, stale.body.error.code], [409, 'StaleHead']);
});

test('what cannot be compared says why, and what can', async () => {
  const [, , third = '', fourth = ''] = handedIn;
  const cases = [
    ['task=api&submission=9', /Task "api" has no submission 9; its last one is 4/],
    ['task=idle', /Task "idle" has handed nothing in yet/],
    ['task=pushed', /Submission 1 of task "pushed" \(commit [0-9a-f]{12}\) has no pull request yet; look again/],
    ['task=nobody', /Epic "shop" has no task "nobody"/],
    [
      'task=api&submission=4&since=3',
      new RegExp(
        `Submission 4 \\(${fourth.slice(0, 12)}\\) is not built on submission 3 \\(${third.slice(0, 12)}\\): .*without .since. it is compared with ${BASE}`,
      ),
    ],
    [
      'task=gone&submission=1',
      /does not hold commit c{12} of example; submission 2 has taken the place of 1.*forge\/4/,
    ],
    ['task=gone&submission=2', /holds commit [0-9a-f]{12} of example, but nothing of deleted .*forge\/4/],
    [
      'task=gone&submission=2&since=1',
      /does not hold commit c{12} .*what submission 2 changed since submission 1; without/,
    ],
  ] as const;
  for (const [query, words] of cases) {
    const { status, body } = await ask(query);
    assert.equal(status, 404, query);
    assert.match(body.error.message, words);
  }
  assert.match((await api.ask('GET', '/epics/none/diff?task=api')).body.error.message, /There is no epic "none"/);
});

test('a wish that names half of it is refused by its field', async () => {
  const cases = [
    ['submission=1', /^submission: name its task, too$/],
    ['task=api&since=1', /^since: name its task and submission, too$/],
    ['task=api&pullRequest=2', /^task: name either a task or/],
    ['task=api&submission=2&since=2', /^since: no submission 2 comes before submission 2; choose one from 1 to 1$/],
    ['task=api&submission=1&since=1', /^since: .*; leave it out$/],
    ['task=Api', /^task: a task key is/],
  ] as const;
  for (const [query, words] of cases) {
    const { status, body } = await ask(query);
    assert.equal(status, 400, query);
    assert.match(body.error.message, words);
  }
});
