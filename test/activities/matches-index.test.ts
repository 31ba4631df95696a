import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { matchesIndex } from '../../activities/worktree/matches-index.ts';
import { createRepository, type Repository } from '../support/git.ts';
import { waitFor } from '../support/wait-for.ts';

let repository: Repository;
let index: string;
before(async () => {
  repository = await createRepository({
    files: { 'a.txt': 'a\n', 'dir/b.txt': 'b\n', 'dir/ünï': '', 'run.sh': { content: 'x', executable: true } },
  });
  symlinkSync('a.txt', join(repository.path, 'link'));
  await repository.commit('Link');
  index = join(repository.path, '.git/index');
});
after(() => repository.remove());

const at = (path: string) => join(repository.path, path);
const fresh = (...ignored: string[]) => matchesIndex(repository.path, index, ignored);

/** The index as git writes it, later than any file's change. */
async function settle(): Promise<void> {
  await waitFor(async () => {
    rmSync(index);
    await repository.git('reset', '--quiet');
    return fresh();
  });
}

test('files that are what the index says need no git, and each way to differ does', async () => {
  await settle();
  const changes: Record<string, [change: () => void, undo: () => void]> = {
    content: [() => writeFileSync(at('a.txt'), 'b\n'), () => writeFileSync(at('a.txt'), 'a\n')],
    'content with its old time': [
      () => {
        const { atime, mtime } = statSync(at('a.txt'));
        writeFileSync(at('a.txt'), 'c\n');
        utimesSync(at('a.txt'), atime, mtime);
      },
      () => writeFileSync(at('a.txt'), 'a\n'),
    ],
    gone: [() => rmSync(at('dir/b.txt')), () => writeFileSync(at('dir/b.txt'), 'b\n')],
    new: [() => writeFileSync(at('dir/new'), ''), () => rmSync(at('dir/new'))],
    rights: [() => chmodSync(at('run.sh'), 0o644), () => chmodSync(at('run.sh'), 0o755)],
    'a link in its place': [
      () => {
        rmSync(at('dir/b.txt'));
        symlinkSync('../a.txt', at('dir/b.txt'));
      },
      () => {
        rmSync(at('dir/b.txt'));
        writeFileSync(at('dir/b.txt'), 'b\n');
      },
    ],
    'a repository of its own': [() => mkdirSync(at('dir/.git')), () => rmSync(at('dir/.git'), { recursive: true })],
  };
  for (const [what, [change, undo]] of Object.entries(changes)) {
    change();
    assert.equal(fresh(), false, what);
    undo();
    await settle();
  }
});

test('only what was ignored may be there besides', async () => {
  await settle();
  mkdirSync(at('cache/deep'), { recursive: true });
  assert.equal(fresh(), true, 'an empty folder is nothing to git');
  writeFileSync(at('cache/deep/x'), '');
  assert.equal(fresh(), false);
  assert.equal(fresh('cache/'), true);
  assert.equal(fresh('cach'), false);
  rmSync(at('cache'), { recursive: true });
});

test('an index that only git can judge is left to it', async () => {
  await settle();
  await repository.git('update-index', '--assume-unchanged', 'a.txt');
  assert.equal(fresh(), false);
  await repository.git('update-index', '--no-assume-unchanged', 'a.txt');
  await settle();
  await repository.git('update-index', '--index-version', '4');
  assert.equal(fresh(), false);
  await repository.git('update-index', '--index-version', '2');
  await settle();
  // A file as young as the index may have changed since, within a tick of the clock.
  const { mtime } = statSync(at('a.txt'));
  utimesSync(index, mtime, new Date(mtime.getTime() - 1_000));
  assert.equal(fresh(), false);
  writeFileSync(index, 'rubbish');
  assert.equal(fresh(), false);
  rmSync(index);
  assert.equal(fresh(), false);
});
