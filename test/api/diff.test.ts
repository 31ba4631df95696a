/** The diff of a pull request: of the commit that waits for approval, read from a mirror of real git. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createMirrorReader } from '../../activities/forge/diff.ts';
import { absentTemporal, createApi, type TestApi } from '../support/api.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { createFolder, createRepository, type Repository, type TemporaryFolder } from '../support/git.ts';
import { recorder } from '../support/recording.ts';
import { epicView, humanRequest, plannedTask, pullRequest } from '../support/views.ts';

let database: TestDatabase;
let state: TemporaryFolder;
let source: Repository;
let api: TestApi;
let headSha: string;
let unpushedSha: string;

before(async () => {
  [database, state, source] = await Promise.all([createDatabase(), createFolder('state'), createRepository()]);
  await source.git('checkout', '--quiet', '-b', 'factory/shop/epic');
  headSha = await source.commit('Sell', { 'shop.txt': 'one\n' });
  // Pushed after the question was asked: it is not what the question is about.
  await source.commit('Sneak in', { 'later.txt': 'two\n' });
  await source.git('checkout', '--quiet', 'main');
  await source.commit('Meanwhile', { 'meanwhile.txt': 'three\n' });
  await mkdir(join(state.path, 'forge'));
  await source.git('clone', '--quiet', '--bare', '.', join(state.path, 'forge', 'example.git'));
  const { db } = database;
  const record = (id: string, view: Parameters<typeof epicView>[2]) => recorder(db).epic(epicView(id, 1, view));
  const opened = pullRequest(7, { head: 'factory/shop/epic', base: 'main', headSha });
  await record('shop', { pullRequest: opened, requests: [humanRequest('m1', { pullRequest: 7, headSha })] });
  // On no branch, as a checkpoint holds it.
  await source.git('checkout', '--quiet', '--detach');
  unpushedSha = await source.commit('Guarded', { 'ci.txt': 'four\n' });
  await source.git(
    'push',
    '--quiet',
    join(state.path, 'forge', 'example.git'),
    `${unpushedSha}:refs/factory/checkpoints/x`,
  );
  await source.git('checkout', '--quiet', 'main');
  const guarded = { kind: 'protected-paths' as const, taskKey: 'ci', headSha: unpushedSha, base: 'main' };
  await record('guarded', { tasks: [plannedTask('ci', 0)], requests: [humanRequest('p1', guarded)] });
  await record('fresh', {});
  await record('elsewhere', { pullRequest: pullRequest(8, { headSha: 'c'.repeat(40) }) });
  api = await createApi(db, absentTemporal(), { forge: createMirrorReader(state.path) });
});
after(async () => {
  await api.close();
  await Promise.all([database.drop(), state.remove(), source.remove()]);
});

test('the diff is of the commit that waits for approval, from where it left the base', async () => {
  const { status, body } = await api.ask('GET', '/epics/shop/diff');
  assert.equal(status, 200);
  assert.deepEqual([body.pullRequest, body.headSha, body.next], [7, headSha, null]);
  assert.deepEqual(body.totals, { files: 1, additions: 1, deletions: 0 });
  const file = { path: 'shop.txt', previousPath: null, status: 'added', additions: 1, deletions: 0 };
  assert.deepEqual(body.files, [{ ...file, isBinary: false, isGenerated: false }]);
  const { body: piece } = await patchOf('shop', body, 'shop.txt');
  assert.match(piece.patch, /^diff --git a\/shop\.txt[\s\S]*\n\+one\n$/);
  assert.deepEqual([piece.next, piece.totalBytes, piece.isCut], [null, piece.patch.length, false]);
  const { body: epic } = await api.ask('GET', '/epics/shop');
  assert.equal(epic.mirror, join(state.path, 'forge', 'example.git'));
});

test('a commit whose branch is not pushed yet is shown for the request that waits with it', async () => {
  for (const query of ['', '?request=p1']) {
    const { status, body } = await api.ask('GET', `/epics/guarded/diff${query}`);
    assert.equal(status, 200);
    const { pullRequest, title, base } = body;
    assert.deepEqual([pullRequest, title, base, body.headSha], [null, 'Do ci', 'main', unpushedSha]);
    const { body: piece } = await patchOf('guarded', body, 'ci.txt');
    assert.match(piece.patch, /^diff --git a\/ci\.txt[\s\S]*\n\+four\n$/);
  }
});

test('a diff that cannot be shown is told apart from one that does not exist', async () => {
  const cases = [
    ['/epics/nowhere/diff', /There is no epic "nowhere"/],
    ['/epics/guarded/diff?request=p2', /has no open request "p2"/],
    ['/epics/fresh/diff', /has no pull request yet/],
    ['/epics/shop/diff?pullRequest=9', /has no pull request 9/],
    ['/epics/elsewhere/diff', /does not hold commit cccccccccccc of example/],
  ] as const;
  for (const [url, words] of cases) {
    const { status, body } = await api.ask('GET', url);
    assert.equal(status, 404, url);
    assert.match(body.error.message, words);
  }
});

test('where the forge is elsewhere, the clone of a host on this machine shows it', async () => {
  const clone = join(state.path, 'hosts', 'one', 'repositories', 'remote.git');
  await source.git('clone', '--quiet', '--bare', '--origin', 'forge', '.', clone);
  await source.git('--git-dir', clone, 'fetch', '--quiet', 'forge', '+refs/heads/main:refs/remotes/forge/main');
  await source.git('--git-dir', clone, 'update-ref', '-d', 'refs/heads/main');
  const { readChanges, readPatch } = createMirrorReader(state.path);
  const changes = await readChanges({ repository: 'remote', base: 'refs/heads/main', head: headSha });
  assert.ok(changes !== undefined);
  assert.deepEqual(
    changes.files.map(({ path }) => path),
    ['shop.txt'],
  );
  const { baseSha } = changes;
  const piece = await readPatch({ repository: 'remote', baseSha, headSha, from: { afterFile: null } });
  assert.ok(typeof piece === 'object' && /^diff --git a\/shop\.txt[\s\S]*\n\+one\n$/.test(piece.text));
  const none = { repository: 'remote', base: 'refs/heads/main', head: 'c'.repeat(40) };
  assert.equal(await readChanges(none), undefined);
});

test('only commits of the epic are shown, and only what leads to them', async () => {
  const main = await source.git('rev-parse', 'main');
  const base = await source.git('merge-base', 'main', headSha);
  const cases = [
    [patchOf('shop', { baseSha: base, headSha: unpushedSha }, 'ci.txt'), 404, /belongs to no pull request or request/],
    [patchOf('guarded', { baseSha: base, headSha }, 'shop.txt'), 404, /belongs to no pull request or request/],
    [patchOf('shop', { baseSha: main, headSha }, 'shop.txt'), 404, /is no ancestor of it/],
    [patchOf('shop', { baseSha: base, headSha }, 'README.md'), 404, /Nothing of "README.md" differs/],
    [patchOf('shop', { baseSha: base, headSha }, '../shop.txt'), 404, /Nothing of/],
    [patchOf('shop', { baseSha: '--output=x', headSha }, 'shop.txt'), 400, /baseSha: a commit is 40/],
  ] as const;
  for (const [asked, status, words] of cases) {
    const answer = await asked;
    assert.equal(answer.status, status);
    assert.match(answer.body.error.message, words);
  }
});

test('a patch is asked for by file, or from one file on', async () => {
  const baseSha = await source.git('merge-base', 'main', headSha);
  const ask = (query: object) =>
    api.ask('GET', `/epics/shop/diff/patch?${new URLSearchParams({ baseSha, headSha, ...query })}`);
  const { body } = await ask({});
  assert.deepEqual([body.path, body.next, body.isLast], ['shop.txt', null, true]);
  assert.match(body.patch, /\n\+one\n$/);
  assert.equal((await ask({ afterFile: 'shop.txt' })).status, 404);
  assert.equal((await ask({ afterFile: 'other.txt' })).status, 404);
  for (const query of [{ offset: '1' }, { path: 'shop.txt', afterFile: 'a' }]) {
    const refused = await ask(query);
    assert.deepEqual([refused.status, /offset goes with path/.test(refused.body.error.message)], [400, true]);
  }
});

test('a page after a push is refused, so that nobody reads two halves of different diffs', async () => {
  const stale = await api.ask('GET', `/epics/shop/diff?headSha=${'d'.repeat(40)}`);
  assert.deepEqual([stale.status, stale.body.error.code], [409, 'StaleHead']);
  const gone = await api.ask('GET', '/epics/shop/diff?afterFile=gone.txt');
  assert.deepEqual([gone.status, gone.body.error.code], [409, 'StaleHead']);
  assert.equal((await api.ask('GET', `/epics/shop/diff?headSha=${headSha}&afterFile=shop.txt`)).body.next, null);
});

const patchOf = (epicId: string, { baseSha, headSha: head }: Record<string, string>, path: string, offset = 0) => {
  const query = new URLSearchParams({ baseSha: baseSha ?? '', headSha: head ?? '', path, offset: String(offset) });
  return api.ask('GET', `/epics/${epicId}/diff/patch?${query}`);
};
