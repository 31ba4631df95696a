/** What a hand-in leaves of a merge: thrown away, undone, settled in part, or in the middle when its host was lost. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { both, keep, LONG, meet, merged, refused, rename, useConflicts, write } from '../support/conflicts.ts';
import { writeFiles } from '../support/git.ts';

useConflicts();

test('a merge that was thrown away lies there again, and work that was merged cleanly may not be undone', async () => {
  const met = await meet('undone', {
    task: write({ 'a.txt': 'task\n' }),
    base: write({ 'a.txt': 'base\n', 'b.txt': 'base\n', 'new/base.txt': 'new\n' }),
  });
  await met.git('reset', '--quiet', '--hard');
  await refused(
    met,
    'a.txt',
    'content',
    /the whole merge was thrown away and lies in the worktree again; now a.txt still holds markers/,
  );
  assert.match(met.text('a.txt'), /^<{7} /);
  assert.equal(met.text('b.txt'), 'base\n');
  await writeFiles(met.worktree, { 'a.txt': 'task and base\n', 'b.txt': LONG });
  rmSync(met.here('new'), { recursive: true });
  const { unresolved } = await met.commit(keep('b.txt', 'task'));
  assert.deepEqual(
    unresolved.map(({ path, kind }) => [path, kind]),
    [['new/base.txt', 'undone']],
  );
  assert.match(unresolved[0]?.problem ?? '', /bring it back, or name the path/);
  const head = await merged(met, keep('b.txt', 'task'), keep('new/', 'task'));
  assert.equal(await met.git('ls-tree', '-r', '--name-only', head, 'new'), '');
});

test('named sides are put in place only with all else settled, and a kill after that is harmless', async () => {
  const met = await meet('killed', {
    task: write({ 'picture.bin': 'task\0\n', 'a.txt': 'task\n' }),
    base: write({ 'picture.bin': 'base\0\n', 'a.txt': 'base\n' }),
  });
  await refused(met, 'a.txt', 'content', /markers/, keep('picture.bin', 'base'));
  assert.equal(met.text('picture.bin'), 'task\0\n');
  await writeFiles(met.worktree, { 'a.txt': 'both\n' });
  const named = keep('picture.bin', 'base');
  const head = await merged(met, named);
  // As a kill before the commit leaves it: the files are there, the branch has not moved, the merge is remembered.
  const state = join(met.admin, 'factory.json');
  const known = JSON.parse(readFileSync(state, 'utf8')) as object;
  await met.git('update-ref', 'refs/heads/factory/conflicts/killed', met.task);
  writeFileSync(state, JSON.stringify({ ...known, conflict: { head: met.task, parent: met.base } }));
  const again = await merged(met, named);
  assert.equal(await met.git('diff', '--stat', head, again), '');
});

test('a folder that was split: only a word about it settles what has no file', async () => {
  const met = await meet('split', {
    task: write({ 'dir/three': 'three\n' }),
    base: both(rename('dir/one', 'left'), rename('dir/two', 'right'), (at) => {
      mkdirSync(at('x'));
      mkdirSync(at('y'));
      renameSync(at('left'), at('x/one'));
      renameSync(at('right'), at('y/two'));
    }),
  });
  await refused(
    met,
    'dir',
    'other',
    /something that git says of: CONFLICT .*Unclear where to rename dir to.*keep: both/,
  );
  assert.equal(await met.git('show', `${await merged(met, keep('dir', 'both'))}:dir/three`), 'three');
});

test('a merge that a lost host left in the middle is still one to be settled elsewhere', async () => {
  const met = await meet('lost', {
    task: write({ 'a.txt': 'task\n' }),
    base: write({ 'a.txt': 'base\n', 'b.txt': 'b\n' }),
  });
  const there = await met.goOnElsewhere();
  await refused(there, 'a.txt', 'content', /still holds markers/);
  await writeFiles(there.worktree, { 'a.txt': 'task and base\n' });
  const head = await merged(there);
  assert.equal(await there.git('show', `${head}:a.txt`), 'task and base');
});
