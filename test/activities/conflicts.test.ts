/** Every kind of conflict of a merge: left untouched it is refused, settled or named it is merged with nothing lost. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { test } from 'node:test';
import {
  both,
  type Change,
  keep,
  LONG,
  meet,
  merged,
  POINTERS,
  refused,
  remove,
  rename,
  useConflicts,
  write,
} from '../support/conflicts.ts';
import { writeFiles } from '../support/git.ts';

useConflicts();

test('content: markers of this merge are refused, and others are not', async () => {
  const doc = `${LONG}<<<<<<< HEAD\nan example\n=======\nof markers\n>>>>>>> topic\n`;
  const met = await meet('content', {
    before: write({ 'a.txt': doc, 'guide.md': doc }),
    task: write({ 'a.txt': doc.replace('two', 'TASK') }),
    base: write({ 'a.txt': doc.replace('two', 'BASE'), 'c.txt': 'base\n' }),
  });
  assert.deepEqual(met.conflict.conflicts, [
    {
      ...{
        path: 'a.txt',
        kind: 'content',
        others: [],
        task: 'changed it (+1 −1 lines)',
        base: 'changed it (+1 −1 lines)',
      },
      left: 'both versions, with conflict markers',
    },
  ]);
  await refused(met, 'a.txt', 'content', /still holds markers of this merge: write what both sides want/);
  await refused(met, 'a.txt', 'content', /still holds markers/, keep('a.txt', 'both'));
  const laid = met.text('a.txt');
  await writeFiles(met.worktree, {
    'a.txt': laid.replace(/^<{7} [0-9a-f]{40}\n/m, '').replace(/^>{7} [0-9a-f]{40}\n/m, ''),
  });
  await refused(met, 'a.txt', 'content', /a line ======= more/);
  await writeFiles(met.worktree, { 'a.txt': doc.replace('two', 'TASK and BASE') });
  const head = await merged(met);
  assert.match(await met.git('show', `${head}:a.txt`), /TASK and BASE[\s\S]*<<<<<<< HEAD/);
  assert.equal(await met.git('show', `${head}:c.txt`), 'base');
});

test('content: a side that is named is put in its place, by any name of the path', async () => {
  const met = await meet('named', { task: write({ 'a.txt': 'task\n' }), base: write({ 'a.txt': 'base\n' }) });
  const head = await merged(met, keep(met.here('a.txt'), 'base'));
  assert.equal(await met.git('show', `${head}:a.txt`), 'base');
  assert.equal(met.text('a.txt'), 'base\n');
});

test('add/add, and a mode that only one side gave', async () => {
  const met = await meet('added', {
    task: write({ 'new.txt': 'task\n', 'run.sh': 'true\n' }),
    base: both(write({ 'new.txt': 'base\n', 'run.sh': 'true\n' }), (at) => chmodSync(at('run.sh'), 0o755)),
  });
  const { unresolved } = await met.commit();
  assert.deepEqual(
    unresolved.map(({ path, kind, task, base, left }) => [path, kind, task, base, left]),
    [
      ['new.txt', 'add/add', 'added it', 'added it', 'both versions, with conflict markers'],
      ['run.sh', 'mode', 'left it not executable', 'made it executable', 'the task’s version'],
    ],
  );
  await writeFiles(met.worktree, { 'new.txt': 'task and base\n' });
  await refused(met, 'run.sh', 'mode', /set the mode that is right/);
  const head = await merged(met, keep('run.sh', 'base'));
  assert.match(await met.git('ls-tree', head, 'run.sh'), /^100755 /);
});

test('binary: neither side is taken for being there', async () => {
  const changes = { task: write({ 'picture.bin': 'task\0\n' }), base: write({ 'picture.bin': 'base\0\n' }) };
  const met = await meet('binary', changes);
  await refused(met, 'picture.bin', 'binary', /as the merge left it \(the task’s version\): write the right version/);
  await refused(met, 'picture.bin', 'binary', /keep: both cannot be done/, keep('picture.bin', 'both'));
  const head = await merged(met, keep('picture.bin', 'task'));
  assert.equal(await met.git('show', `${head}:picture.bin`), 'task\0');

  const other = await meet('binary-base', changes);
  const theirs = await merged(other, keep('./picture.bin', 'base'));
  assert.equal(await other.git('show', `${theirs}:picture.bin`), 'base\0');
  assert.equal(other.text('picture.bin'), 'base\0\n');

  const written = await meet('binary-new', changes);
  await writeFiles(written.worktree, { 'picture.bin': 'both\0\n' });
  assert.equal(await written.git('show', `${await merged(written)}:picture.bin`), 'both\0');
});

test('modify/delete, whichever side deleted', async () => {
  const changed = write({ 'a.txt': LONG.replace('two', 'TWO') });
  const met = await meet('deleted', { task: changed, base: remove('a.txt') });
  assert.deepEqual(
    met.conflict.conflicts.map(({ task, base, left }) => [task, base, left]),
    [['changed it (+1 −1 lines)', 'deleted it', 'the task’s version']],
  );
  await refused(met, 'a.txt', 'modify/delete', /delete it, or change it/);
  const head = await merged(met, keep('a.txt', 'base'));
  await assert.rejects(met.git('show', `${head}:a.txt`));
  assert.equal(existsSync(met.here('a.txt')), false);

  const kept = await meet('deleted-by-task', { task: remove('a.txt'), base: changed });
  await refused(kept, 'a.txt', 'modify/delete', /the base’s version/);
  assert.match(await kept.git('show', `${await merged(kept, keep('a.txt', 'base'))}:a.txt`), /TWO/);

  const gone = await meet('deleted-by-hand', { task: remove('a.txt'), base: changed });
  rmSync(gone.here('a.txt'));
  await assert.rejects(gone.git('show', `${await merged(gone)}:a.txt`));
});

test('rename/delete and rename/rename', async () => {
  const met = await meet('renamed-deleted', {
    task: both(rename('a.txt', 'task.txt'), write({ 'task.txt': LONG.replace('two', 'TWO') })),
    base: remove('a.txt'),
  });
  const [found] = met.conflict.conflicts;
  assert.deepEqual(
    [found?.path, found?.others, found?.task, found?.base],
    ['task.txt', ['a.txt'], 'renamed a.txt to task.txt and changed it', 'deleted a.txt'],
  );
  await refused(met, 'task.txt', 'rename/delete', /delete it, or change it/);
  assert.match(await met.git('show', `${await merged(met, keep('a.txt', 'task'))}:task.txt`), /TWO/);

  const twice = {
    task: rename('a.txt', 'task.txt'),
    base: both(rename('a.txt', 'base.txt'), write({ 'base.txt': LONG.replace('two', 'TWO') })),
  };
  const renamed = await meet('renamed', twice);
  assert.deepEqual(renamed.conflict.conflicts[0]?.others.toSorted(), ['base.txt', 'task.txt']);
  await refused(
    renamed,
    'a.txt',
    'rename/rename',
    /as the merge left it \(both new names\): delete one of the two names/,
  );
  await writeFiles(renamed.worktree, { 'task.txt': LONG.replace('two', 'TWO too') });
  await refused(renamed, 'a.txt', 'rename/rename', /both new names are still there/);
  rmSync(renamed.here('base.txt'));
  const head = await merged(renamed);
  assert.match(await renamed.git('show', `${head}:task.txt`), /TWO too/);
  await assert.rejects(renamed.git('show', `${head}:base.txt`));

  const named = await meet('renamed-named', twice);
  const kept = await merged(named, keep('a.txt', 'task'));
  assert.match(await named.git('show', `${kept}:task.txt`), /TWO/, 'the other side’s change is in it');
  await assert.rejects(named.git('show', `${kept}:base.txt`));
  const stays = await meet('renamed-both', twice);
  assert.match(
    await stays.git('ls-tree', '--name-only', await merged(stays, keep('a.txt', 'both'))),
    /base.txt[\s\S]*task.txt/,
  );
});

test('a rename to two names with a conflict in it: the name that stays must be settled too', async () => {
  const met = await meet('renamed-changed', {
    task: both(rename('a.txt', 'task.txt'), write({ 'task.txt': LONG.replace('two', 'TASK') })),
    base: both(rename('a.txt', 'base.txt'), write({ 'base.txt': LONG.replace('two', 'BASE') })),
  });
  await refused(met, 'a.txt', 'rename/rename', /task.txt still holds markers/, keep('a.txt', 'task'));
  rmSync(met.here('base.txt'));
  await refused(met, 'a.txt', 'rename/rename', /task.txt still holds markers/);
  await writeFiles(met.worktree, { 'task.txt': LONG.replace('two', 'TASK and BASE') });
  assert.match(await met.git('show', `${await merged(met)}:task.txt`), /TASK and BASE/);
});

test('a file against a symbolic link, and names with ~ that the merge made', async () => {
  const changes = {
    task: both(remove('a.txt'), (at) => symlinkSync('b.txt', at('a.txt'))),
    base: write({ 'a.txt': LONG.replace('two', 'TWO') }),
  };
  const met = await meet('linked', changes);
  const made = `a.txt~${met.base}`;
  const [found] = met.conflict.conflicts;
  assert.deepEqual([found?.path, found?.others, found?.task], ['a.txt', [made], 'made it a symbolic link']);
  await refused(met, 'a.txt', 'file/link', /delete the ~ name/);
  rmSync(met.here('a.txt'));
  await writeFiles(met.worktree, { 'a.txt': LONG.replace('two', 'TWO by hand') });
  await refused(met, 'a.txt', 'file/link', new RegExp(`${made} is a name that the merge made`));
  await refused(met, 'a.txt', 'file/link', new RegExp(`${made} is a name`), keep('a.txt', 'base'));
  rmSync(met.here(made));
  assert.match(await met.git('show', `${await merged(met)}:a.txt`), /TWO by hand/);

  for (const side of ['task', 'base'] as const) {
    const named = await meet(`linked-${side}`, changes);
    const head = await merged(named, keep('a.txt', side));
    assert.doesNotMatch(await named.git('ls-tree', '-r', '--name-only', head), /~/);
    if (side === 'task') assert.equal(readlinkSync(named.here('a.txt')), 'b.txt');
    else assert.match(named.text('a.txt'), /TWO/);
  }
});

test('a file against a folder', async () => {
  const changes = {
    task: both(remove('c.txt'), write({ 'c.txt/inside': 'task\n' })),
    base: write({ 'c.txt': 'base\n' }),
  };
  const met = await meet('folder', changes);
  const [found] = met.conflict.conflicts;
  assert.deepEqual([found?.path, found?.task, found?.base], ['c.txt', 'has a folder there', 'has a file there']);
  await refused(met, 'c.txt', 'file/folder', /leave the file or the folder/);
  const head = await merged(met, keep('c.txt', 'task'));
  assert.doesNotMatch(await met.git('ls-tree', '-r', '--name-only', head), /~/);
  assert.equal(await met.git('show', `${head}:c.txt/inside`), 'task');

  const file = await meet('folder-file', changes);
  assert.equal(await file.git('show', `${await merged(file, keep('c.txt', 'base'))}:c.txt`), 'base');
  assert.ok(lstatSync(file.here('c.txt')).isFile());

  const hand = await meet('folder-hand', changes);
  await writeFiles(hand.worktree, { 'c.txt/former': 'base\n' });
  await refused(hand, 'c.txt', 'file/folder', /is a name that the merge made/);
  rmSync(hand.here(`c.txt~${hand.base}`));
  assert.equal(await hand.git('show', `${await merged(hand)}:c.txt/former`), 'base');
});

test('submodule pointers are kept by name only', async () => {
  const pointTo =
    (sha: string): Change =>
    async (at, git) => {
      mkdirSync(at('module'), { recursive: true });
      await git('update-index', '--add', '--cacheinfo', `160000,${sha},module`);
      await git('commit', '--quiet', '--message', sha);
    };
  const [start, task, base] = POINTERS;
  const met = await meet('module', { before: pointTo(start), task: pointTo(task), base: pointTo(base) });
  assert.deepEqual(
    met.conflict.conflicts.map((each) => [each.path, each.kind, each.task, each.base]),
    [
      [
        'module',
        'submodule',
        `points the submodule to ${task.slice(0, 12)}`,
        `points the submodule to ${base.slice(0, 12)}`,
      ],
    ],
  );
  await refused(met, 'module', 'submodule', /name the side in resolved, and why/);
  const { headSha, unresolved } = await met.commit(keep('module', 'base'));
  assert.deepEqual(unresolved, []);
  assert.match(await met.git('ls-tree', headSha, 'module'), new RegExp(`^160000 commit ${base}`));
});

test('a file in a folder that the other side renamed', async () => {
  const met = await meet('moved', {
    task: write({ 'dir/three': 'three\n' }),
    base: rename('dir', 'folder'),
  });
  const [found] = met.conflict.conflicts;
  assert.deepEqual([found?.path, found?.kind, found?.others], ['folder/three', 'location', ['dir/three']]);
  await refused(met, 'folder/three', 'location', /move it to where it belongs/);
  const head = await merged(met, keep('folder/three', 'base'));
  assert.equal(await met.git('show', `${head}:folder/three`), 'three');
  const back = await meet('moved-back', { task: write({ 'dir/three': 'three\n' }), base: rename('dir', 'folder') });
  assert.equal(await back.git('show', `${await merged(back, keep('dir/three', 'task'))}:dir/three`), 'three');
});
