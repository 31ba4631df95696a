/** Files that a commit's attributes give to Git LFS, and their pointers, by git alone. */
import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { findDisagreements } from '../../activities/lfs/judge-files.ts';
import { listLfsFiles, readPointers } from '../../clients/lfs/attributes.ts';
import { createRepository, type Repository } from '../support/git.ts';
import { ATTRIBUTES, oidOf, pointerTo } from '../support/lfs.ts';

let repository: Repository;
before(async () => {
  repository = await createRepository();
});
after(() => repository.remove());

const gitDir = () => join(repository.path, '.git');
const parsed = (content: string) => ({ oid: oidOf(content), size: content.length });

test('a small file cannot forge what its neighbour points to', async () => {
  const longest = pointerTo('longest').padEnd(1_024, '\n');
  await repository.commit('Objects', { 'b.png': pointerTo('real'), 'c.png': longest, 'd.png': '\n\n' });
  const [real, last, empty] = await Promise.all(
    ['b', 'c', 'd'].map((name) => repository.git('rev-parse', `HEAD:${name}.png`)),
  );
  const forged = `x\n${real}\n${pointerTo('forged')}`;
  await repository.commit('A forgery', { 'a.png': forged });
  const objects = [await repository.git('rev-parse', 'HEAD:a.png'), real, empty, last] as string[];
  const pointers = await readPointers({ gitDir: gitDir() }, objects);
  assert.deepEqual(
    [...pointers],
    [
      [real, parsed('real')],
      [last, parsed('longest')],
    ],
  );
});

test('a link and a submodule under a pattern of LFS are none of its files', async () => {
  const base = await repository.commit('Use LFS', { '.gitattributes': ATTRIBUTES, 'art/logo.png': pointerTo('logo') });
  symlinkSync('logo.png', join(repository.path, 'art/link.png'));
  await repository.git('update-index', '--add', '--cacheinfo', `160000,${base},art/module.png`);
  await repository.git('add', 'art/link.png');
  await repository.write({ '.gitattributes': `${ATTRIBUTES}*.mp4 filter=lfs\n` });
  await repository.git('add', '.gitattributes');
  const tree = await repository.git('write-tree');
  const bare = { gitDir: gitDir(), base: { sha: base } };
  assert.deepEqual(await findDisagreements({ bare } as never, tree), []);
  assert.deepEqual(
    (await listLfsFiles(bare, tree)).map(({ path }) => path).filter((path) => path.startsWith('art/')),
    ['art/logo.png'],
  );
});
