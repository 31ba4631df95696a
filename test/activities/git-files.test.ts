/** DESIGN §9: whatever files a repository or an agent has, the commit holds them as they are, or says what it leaves out. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { repositoryAt, writeFiles } from '../support/git.ts';
import { createGitStage, failsAs, tasksOf } from '../support/git-stage.ts';

const stage = await createGitStage({
  files: { 'a.txt': 'a\n', 'dos.txt': 'one\r\ntwo\r\n', '.gitattributes': '*.eol text eol=lf\n' },
});
after(stage.remove);

const task = tasksOf('files');

/** Commits what `make` did in a worktree, and answers with another worktree at that commit. */
async function carried(key: string, make: (worktree: string) => void | Promise<void>) {
  const one = stage.host('one');
  const { worktree, branch } = await one.prepareWorktree(task(key));
  await make(worktree);
  const at = { ...task(key), worktree };
  await one.checkpoint({ ...at, agentId: 'a', turn: 1 });
  const { headSha, leftOut } = await one.commitChange({ ...at, message: 'Work', key });
  await one.pushBranch({ ...at, branch, headSha });
  const other = await one.prepareDetached({ ...task(key), name: `see-${key}`, commit: headSha });
  return { worktree, there: other.worktree, leftOut };
}

const NAMES = [
  'with space',
  ' leading and trailing ',
  '-rf',
  '--force',
  'new\nline',
  'tab\tand\rreturn',
  '"quoted" and \'single\'',
  'back\\slash',
  '$HOME `date` $(date)',
  'star*question?[bracket]',
  '#hash',
  '!bang',
  ':(top)magic',
  '~tilde',
  'caf\u00e9', // One letter.
  'cafe\u0301', // A letter and an accent: another file.
  '日本語 😀',
  'x'.repeat(255),
  `${'deep/'.repeat(60)}file`,
  'HEAD',
  'refs/heads/main',
  'con.txt',
  '.gitkeep',
  'a.lock',
  'index',
];

test('any name that the file system allows is carried', async () => {
  const { there, leftOut } = await carried('names', async (worktree) => {
    for (const name of NAMES) await writeFiles(worktree, { [name]: `in ${name}` });
  });
  assert.deepEqual(leftOut, []);
  for (const name of NAMES) assert.equal(readFileSync(join(there, name), 'utf8'), `in ${name}`, name);
});

test('modes, links and line ends are carried as they are', async () => {
  const { there, leftOut } = await carried('modes', (worktree) => {
    writeFileSync(join(worktree, 'run.sh'), '#!/bin/sh\n');
    chmodSync(join(worktree, 'run.sh'), 0o755);
    writeFileSync(join(worktree, 'private'), 'x');
    chmodSync(join(worktree, 'private'), 0o600);
    symlinkSync('a.txt', join(worktree, 'link'));
    symlinkSync('/etc/passwd', join(worktree, 'outside'));
    symlinkSync('nowhere', join(worktree, 'dangling'));
    symlinkSync('.', join(worktree, 'loop'));
    writeFileSync(join(worktree, 'dos.txt'), 'one\r\nthree\r\n');
    writeFileSync(join(worktree, 'mixed.txt'), 'a\r\nb\nc\r');
    writeFileSync(join(worktree, 'lines.eol'), 'a\r\nb\r\n');
    writeFileSync(join(worktree, 'binary'), Buffer.from([0, 255, 13, 10, 0]));
    writeFileSync(join(worktree, 'empty'), '');
    mkdirSync(join(worktree, 'empty-folder'));
  });
  assert.deepEqual(leftOut, []);
  assert.equal(lstatSync(join(there, 'run.sh')).mode & 0o111, 0o111);
  assert.equal(lstatSync(join(there, 'private')).mode & 0o111, 0);
  const links = ['link', 'outside', 'dangling', 'loop'].map((name) => readlinkSync(join(there, name)));
  assert.deepEqual(links, ['a.txt', '/etc/passwd', 'nowhere', '.']);
  assert.equal(readFileSync(join(there, 'dos.txt'), 'utf8'), 'one\r\nthree\r\n');
  assert.equal(readFileSync(join(there, 'mixed.txt'), 'utf8'), 'a\r\nb\nc\r');
  // What a repository asks for by its attributes, it gets.
  assert.equal(readFileSync(join(there, 'lines.eol'), 'utf8'), 'a\nb\n');
  assert.deepEqual(readFileSync(join(there, 'binary')), Buffer.from([0, 255, 13, 10, 0]));
  assert.equal(readFileSync(join(there, 'empty'), 'utf8'), '');
});

test('what cannot be in a commit is left out by name, and the rest is carried', async () => {
  const { worktree, there, leftOut } = await carried('unfit', async (worktree) => {
    await writeFiles(worktree, { 'nested/x': 'x', 'kept.txt': 'kept' });
    await repositoryAt(join(worktree, 'nested')).git('init', '--quiet');
    await repositoryAt(join(worktree, 'nested')).commit('Nested');
    writeFileSync(join(worktree, 'big.bin'), '');
    truncateSync(join(worktree, 'big.bin'), 50 * 1024 * 1024 + 1);
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(worktree, 'pipe')]);
    writeFileSync(Buffer.concat([Buffer.from(`${worktree}/latin-`), Buffer.from([0xe9])]), 'x');
  });
  assert.deepEqual(leftOut.toSorted(), [
    'big.bin (over 50 MB)',
    'latin-\u{fffd} (its name is not UTF-8)',
    'nested/ (a repository inside the repository)',
  ]);
  assert.deepEqual(readdirSync(there).toSorted(), ['.git', '.gitattributes', 'a.txt', 'dos.txt', 'kept.txt']);
  assert.ok(lstatSync(join(worktree, 'pipe')).isFIFO());
});

test('a folder becomes a file, a file a folder, a link either, and back', async () => {
  const one = stage.host('one');
  const input = task('shapes');
  const { worktree } = await one.prepareWorktree(input);
  const shapes: ((path: string) => void)[] = [
    (path) => writeFileSync(path, 'file'),
    (path) => {
      mkdirSync(path);
      writeFileSync(join(path, 'inside'), 'x');
    },
    (path) => symlinkSync('a.txt', path),
    (path) => {
      mkdirSync(join(path, 'deeper'), { recursive: true });
      writeFileSync(join(path, 'deeper/inside'), 'y');
    },
    (path) => writeFileSync(path, 'file again'),
  ];
  for (const [turn, shape] of shapes.entries()) {
    execFileSync('rm', ['-rf', join(worktree, 'shape')]);
    shape(join(worktree, 'shape'));
    const at = { ...input, worktree };
    await one.checkpoint({ ...at, agentId: 'a', turn });
    const { changed } = await one.commitChange({ ...at, message: `Turn ${turn}`, key: `k${turn}` });
    assert.equal(changed, true);
    assert.equal(await repositoryAt(worktree).git('status', '--porcelain'), '', `turn ${turn}`);
  }
});

test('a file that is not in the encoding that its attributes give it is named, and not tried for ever', async () => {
  const one = stage.host('one');
  const { worktree } = await one.prepareWorktree(task('encoding'));
  await writeFiles(worktree, { '.gitattributes': '*.utf16 working-tree-encoding=UTF-16\n', 'a.utf16': 'no BOM\n' });
  const commit = () => one.commitChange({ ...task('encoding'), worktree, message: 'Work', key: 'k' });
  await assert.rejects(commit(), failsAs('EncodingMismatch', { message: /a\.utf16[\s\S]*working-tree-encoding/ }));
  writeFileSync(join(worktree, 'a.utf16'), Buffer.from('\ufeffa\n', 'utf16le'));
  const { headSha } = await commit();
  assert.equal(await repositoryAt(dirname(worktree)).git('-C', worktree, 'show', `${headSha}:a.utf16`), 'a');
});
