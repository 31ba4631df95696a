/** Folders that are made while others remove their empty parents. */
import assert from 'node:assert/strict';
import { rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { makeFolder } from '../../clients/make-folder.ts';
import { createFolder, type TemporaryFolder } from '../support/git.ts';

let folder: TemporaryFolder;
before(async () => {
  folder = await createFolder();
});
after(() => folder.remove());

test('a folder is made although the ends of others remove its parent whenever that is empty', async () => {
  const epic = join(folder.path, 'epic');
  const begin = async (task: string) => {
    for (let ends = 0; ends < 3; ends += 1) await rmdir(epic).catch(() => {});
    await makeFolder(join(epic, task));
    await rmdir(join(epic, task));
  };
  // Of 12,000 plain calls 90 failed with ENOTDIR.
  for (let round = 0; round < 400; round += 1) await Promise.all(['a', 'b', 'c', 'd'].map(begin));
});

test('a file in the way is an error', async () => {
  await writeFile(join(folder.path, 'file'), '');
  await assert.rejects(makeFolder(join(folder.path, 'file', 'task')), { code: 'ENOTDIR' });
});
