/** Files that a filter of git would encrypt: what a Worker writes into them is on no commit and no checkpoint. */
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { repositoryAt, writeFiles } from '../support/git.ts';
import { createGitStage, REPOSITORY } from '../support/git-stage.ts';

const stage = await createGitStage({
  files: {
    '.gitattributes': 'keys/** filter=git-crypt diff=git-crypt\n*.txt text\n',
    'config/.gitattributes': '*.enc.yaml filter=sops\n',
    'keys/a.key': '\0GITCRYPT\0',
    'config/prod.enc.yaml': 'data: ENC[x]\n',
    'README.md': '# Work\n',
  },
});
after(() => stage.remove());

test('changed ones are left out of checkpoints and refused by name, until they are undone', async () => {
  const one = stage.host('one');
  const sha = await stage.mirror.git('rev-parse', 'main');
  const input = {
    ...{ epicId: 'filters', taskKey: 'work', repository: REPOSITORY, targetBranch: 'main' },
    placement: { host: 'one', epoch: 1 },
  };
  const { worktree, headSha } = await one.prepareWorktree({ ...input, base: { branch: 'main', sha } });
  const plain = { 'keys/a.key': 'plain', 'keys/deep/new.key': 'plain', 'config/prod.enc.yaml': 'data: plain\n' };
  await writeFiles(worktree, { ...plain, 'README.md': '# More\n', '.gitattributes': '' });
  const place = { ...input, worktree };
  const checkpoint = await one.checkpoint({ ...place, agentId: 'w', turn: 1 });
  assert.deepEqual(checkpoint.leftOut.toSorted(), [
    'config/prod.enc.yaml (filter=sops, which the factory does not run)',
    'keys/a.key (filter=git-crypt, which the factory does not run)',
    'keys/deep/new.key (filter=git-crypt, which the factory does not run)',
  ]);
  const chain = 'refs/factory/checkpoints/filters/work';
  assert.equal(await stage.mirror.git('diff', '--name-only', 'main', chain), '.gitattributes\nREADME.md');

  const refused = await one.commitChange({ ...place, message: 'Work', key: 'k1' });
  assert.deepEqual([refused.headSha, refused.changed], [headSha, false]);
  assert.deepEqual(refused.filtered?.toSorted(), Object.keys(plain).toSorted());

  await rm(join(worktree, 'keys', 'deep'), { recursive: true });
  await writeFile(join(worktree, 'keys', 'a.key'), '\0GITCRYPT\0');
  await writeFile(join(worktree, 'config', 'prod.enc.yaml'), 'data: ENC[x]\n');
  const committed = await one.commitChange({ ...place, message: 'Work', key: 'k2' });
  assert.equal(committed.filtered, undefined);
  assert.equal(await repositoryAt(worktree).git('diff', '--name-only', sha, 'HEAD'), '.gitattributes\nREADME.md');
});
