/** The local forge and the person’s own repository: what comes from there, and what is delivered to it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createFolder } from '../support/git.ts';
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
