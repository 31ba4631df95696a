/** Merges with the drivers that the base branch chooses among git's own. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { mergeTrees } from '../../activities/worktree/commits.ts';
import { mergeLine } from '../../clients/git/merge-attributes.ts';
import { createRepository } from '../support/git.ts';

const files = {
  '.gitattributes': 'CHANGES.md text merge=union\n*.lock -merge\n*.bad merge=evil\n',
  'docs/.gitattributes': 'log.txt merge=union\n',
  ...{
    'CHANGES.md': 'Begin\n',
    'docs/log.txt': 'begin\n',
    'log.txt': 'begin\n',
    'a.lock': '1\n2\n3\n',
    'a.bad': 'x\n',
  },
};
const repository = await createRepository({ files });
after(() => repository.remove());
const repo = { gitDir: `${repository.path}/.git` };
const begin = await repository.git('rev-parse', 'HEAD');

/** Two commits beside each other: the base and a change to it. */
async function fork(base: Record<string, string>, change: Record<string, string>) {
  await repository.git('reset', '--quiet', '--hard', begin);
  const theirs = await repository.commit('Base', base);
  await repository.git('reset', '--quiet', '--hard', begin);
  const ours = await repository.commit('Change', change);
  return { ours, theirs, base: theirs };
}

test('two appends to a file with merge=union become one file with both, in the folder of its .gitattributes alone', async () => {
  const append = (text: string) => ({
    'CHANGES.md': `Begin\n${text}\n`,
    'docs/log.txt': `begin\n${text}\n`,
  });
  const merged = await mergeTrees(repo, await fork(append('base'), append('change')));
  assert.equal(merged.kind, 'clean');
  assert.equal(await repository.git('show', `${merged.tree}:CHANGES.md`), 'Begin\nchange\nbase');
  assert.equal(await repository.git('show', `${merged.tree}:docs/log.txt`), 'begin\nchange\nbase');
  const elsewhere = await mergeTrees(repo, await fork({ 'log.txt': 'begin\nb\n' }, { 'log.txt': 'begin\nc\n' }));
  assert.deepEqual(elsewhere.kind === 'conflict' && elsewhere.files, ['log.txt']);
  assert.ok(!readdirSync(repo.gitDir).some((name) => name.startsWith('factory-attributes')));
});

test('what the base marks as not to be merged conflicts, and a driver that is no part of git settles nothing', async () => {
  const lock = await mergeTrees(repo, await fork({ 'a.lock': '0\n2\n3\n' }, { 'a.lock': '1\n2\n4\n' }));
  assert.deepEqual(lock.kind === 'conflict' && lock.files, ['a.lock']);
  await repository.git('config', 'merge.evil.driver', 'true');
  const bad = await mergeTrees(repo, await fork({ 'a.bad': 'b\n' }, { 'a.bad': 'c\n' }));
  assert.deepEqual(bad.kind === 'conflict' && bad.files, ['a.bad']);
  await repository.git('config', '--remove-section', 'merge.evil');
});

test('only the base chooses, and a configured driver of the same name is not run', async () => {
  const change = { 'CHANGES.md': 'Begin\nmine\n' };
  const without = await fork({ '.gitattributes': '', 'CHANGES.md': 'Begin\nbase\n' }, change);
  assert.equal((await mergeTrees(repo, without)).kind, 'conflict', 'the change has the line still');
  await repository.git('config', 'merge.union.driver', 'true');
  const configured = await mergeTrees(repo, await fork({ 'CHANGES.md': 'Begin\nbase\n' }, change));
  assert.equal(configured.kind, 'conflict');
  await repository.git('config', '--remove-section', 'merge.union');
});

test('a line counts for what it says of merging, below its folder', () => {
  assert.equal(mergeLine('', '*.md text merge=union eol=lf'), '*.md merge=union');
  assert.equal(mergeLine('a/b', '*.md merge=union'), 'a/b/**/*.md merge=union');
  assert.equal(mergeLine('a', '/x.md merge=union'), 'a/x.md merge=union');
  assert.equal(mergeLine('a', 'b/x.md merge=union'), 'a/b/x.md merge=union');
  assert.equal(mergeLine('', '*.png binary'), '*.png -merge');
  assert.equal(mergeLine('', '*.png filter=lfs diff=lfs merge=lfs -text'), '*.png -merge');
  assert.equal(mergeLine('', '*.po merge=po'), '*.po !merge');
  assert.equal(mergeLine('', '"a b.md" merge=union'), '"a b.md" merge=union');
  for (const line of ['# merge=union', '[attr]mine merge=union', '*.md text', '!*.md merge=union', '']) {
    assert.equal(mergeLine('', line), undefined, line);
  }
});
