/** A new worktree costs one git; a try that was ended half-way is completed, whatever tree it laid. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { checkOut } from '../../clients/git/check-out.ts';
import { createRepository, type Repository } from '../support/git.ts';
import { startedPrograms } from '../support/started-programs.ts';

let repository: Repository;
let first: string;
let second: string;
let third: string;
const folder = mkdtempSync(join(tmpdir(), 'check-out-'));
before(async () => {
  repository = await createRepository({ files: { 'a.txt': 'a\n', 'dir/b.txt': 'b\n', 'dir/c.txt': 'c\n' } });
  first = (await repository.git('rev-parse', 'HEAD')).trim();
  writeFileSync(join(repository.path, 'a.txt'), 'new\n');
  rmSync(join(repository.path, 'dir'), { recursive: true });
  await repository.commit('Second');
  second = (await repository.git('rev-parse', 'HEAD')).trim();
  writeFileSync(join(repository.path, 'only-third.txt'), '3\n');
  await repository.commit('Third');
  third = (await repository.git('rev-parse', 'HEAD')).trim();
});
after(() => {
  rmSync(folder, { recursive: true });
  return repository.remove();
});

function placeAt(name: string) {
  const path = join(folder, name);
  mkdirSync(path);
  return { gitDir: join(repository.path, '.git'), workTree: path, indexFile: join(folder, `${name}.index`) };
}
const filesOf = (path: string) =>
  Object.fromEntries(
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')]),
  );

test('a folder without files costs one git', async () => {
  const repo = placeAt('new');
  const started = await startedPrograms(['git'], () => checkOut(repo, { tree: first }));
  assert.equal(started.length, 1, started.join('\n'));
  assert.deepEqual(filesOf(repo.workTree), { 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n' });
  assert.equal(existsSync(`${repo.indexFile}.tree`), false);
});

test('a try that was ended before git wrote its index is completed, and keeps what it has written', async () => {
  const repo = placeAt('half');
  writeFileSync(`${repo.indexFile}.tree`, first);
  writeFileSync(`${repo.indexFile}.lock`, '');
  writeFileSync(join(repo.workTree, 'a.txt'), 'a\n');
  const { ino } = statSync(join(repo.workTree, 'a.txt'));
  await checkOut(repo, { tree: first });
  assert.deepEqual(filesOf(repo.workTree), { 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n' });
  assert.equal(statSync(join(repo.workTree, 'a.txt')).ino, ino, 'it was not written again');
});

test('what a half-way try has written of another tree is deleted', async () => {
  const repo = placeAt('other');
  writeFileSync(`${repo.indexFile}.tree`, first);
  mkdirSync(join(repo.workTree, 'dir'));
  writeFileSync(join(repo.workTree, 'dir', 'b.txt'), 'b\n');
  await checkOut(repo, { tree: second });
  assert.deepEqual(filesOf(repo.workTree), { 'a.txt': 'new\n' });
});

test('what two half-way tries have written of two other trees is deleted, when the second found the first one’s index', async () => {
  const repo = placeAt('third');
  await checkOut(repo, { tree: third });
  writeFileSync(`${repo.indexFile}.tree`, first);
  mkdirSync(join(repo.workTree, 'dir'));
  writeFileSync(join(repo.workTree, 'dir', 'c.txt'), 'c\n');
  await checkOut(repo, { tree: second });
  assert.deepEqual(filesOf(repo.workTree), { 'a.txt': 'new\n' });
  assert.equal(existsSync(`${repo.indexFile}.tree`), false);
});

test('the trees of all tries are kept until one of them is done', async () => {
  const repo = placeAt('tries');
  writeFileSync(`${repo.indexFile}.tree`, first);
  writeFileSync(join(repo.workTree, 'only-third.txt'), '3\n');
  await assert.rejects(checkOut({ ...repo, gitDir: join(folder, 'none') }, { tree: third }), { type: 'WorktreeGone' });
  assert.equal(readFileSync(`${repo.indexFile}.tree`, 'utf8'), `${first}\n${third}`);
  mkdirSync(join(repo.workTree, 'dir'));
  writeFileSync(join(repo.workTree, 'dir', 'c.txt'), 'c\n');
  await checkOut(repo, { tree: second });
  assert.deepEqual(filesOf(repo.workTree), { 'a.txt': 'new\n' });
});
