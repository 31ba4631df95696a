/** The local forge and the person’s own repository: what comes from there, and what is delivered to it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createFolder } from '../support/git.ts';
import { failsAs } from '../support/git-stage.ts';
import { openForges, push } from '../support/local-forge.ts';

const forges = await openForges();
const { createForge } = forges;
after(() => forges.close());

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
  after(desk.remove);
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

test('a base that was rewritten in the source is taken as it is, and work on the old one is refused', async () => {
  const { activities, source, mirror, name, forge } = await createForge();
  const at = { repository: name, baseBranch: 'main' };
  await forge.openRepository({ repository: name });
  const dropped = await source.commit('To be purged', { 'secret.txt': 's' });
  await activities.updateBase({ ...at });
  const ours = await push(mirror, 'main', { 'merged-by-the-factory.txt': '' });
  const refused = failsAs('BaseRewritten', { message: /main was rewritten/ });
  for (const rewrite of [
    ['reset', '--quiet', '--hard', `${dropped}^`],
    ['commit', '--quiet', '--allow-empty', '--message', 'Another'],
    ['commit', '--quiet', '--allow-empty', '--amend', '--message', 'Amended'],
  ]) {
    await source.git(...rewrite);
    const now = await source.git('rev-parse', 'main');
    await assert.rejects(activities.updateBase({ ...at, known: ours }), refused);
    assert.equal(await mirror.git('rev-parse', 'main'), now);
    assert.deepEqual(await activities.updateBase({ ...at, known: now }), { kind: 'unchanged', headSha: now });
    assert.deepEqual(await forge.openRepository({ repository: name }), { baseBranch: 'main', headSha: now });
  }
  await source.git('checkout', '--quiet', '--orphan', 'root');
  const root = await source.commit('A new root', {});
  await source.git('branch', '--force', 'main', 'root');
  await source.git('checkout', '--quiet', 'main');
  assert.equal((await forge.openRepository({ repository: name })).headSha, root);
});

test('what was merged into a base that is rewritten since is not delivered', async () => {
  for (const bare of [false, true]) {
    const { activities, source, mirror, name, forge } = await createForge({ bare });
    await forge.openRepository({ repository: name });
    const mergedSha = await push(mirror, 'main', { 'a.txt': '' });
    const result = () => activities.deliverResult({ repository: name, epicId: 'e', baseBranch: 'main', mergedSha });
    const root = await source.git('commit-tree', '-m', 'A new root', 'main^{tree}');
    await source.git('update-ref', 'refs/heads/main', root);
    await assert.rejects(result(), failsAs('BaseRewritten'));
    await forge.openRepository({ repository: name });
    await assert.rejects(result(), failsAs('BaseRewritten'), 'another epic has noticed it first');
    assert.equal(await source.git('for-each-ref', '--format=%(refname)', 'refs/heads'), 'refs/heads/main');
  }
});

test('a base that is rewritten while its merge is verified moves away from the merge', async () => {
  const stage = await forges.openOne();
  const { activities, source, mirror, headSha } = stage;
  const head = 'factory/e/lone';
  await mirror.git('branch', head, headSha);
  const request = { repository: stage.name, epicId: 'e', taskKey: 'lone', head, base: 'main' };
  const { number } = await activities.openPullRequest({ ...request, title: 'Lone', body: '' });
  const expectedBaseSha = await mirror.git('rev-parse', 'main');
  await source.git('commit', '--quiet', '--amend', '--message', 'Amended');
  await assert.rejects(
    activities.mergePullRequest({
      ...{ repository: stage.name, number, expectedHeadSha: headSha, expectedBaseSha, message: 'Lone' },
    }),
    failsAs('BaseMoved'),
  );
  assert.equal(await mirror.git('rev-parse', 'main'), await source.git('rev-parse', 'main'));
});
