/** The token that a person's own clone has in its origin stays there: git is served by the login of gh. */
import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createRemotes } from '../../activities/forge/create-forge.ts';
import { createWorktreeActivities } from '../../activities/worktree/worktree.ts';
import { openRepository } from '../../clients/git/repository.ts';
import { loadConfig } from '../../config/config.ts';
import { createFolder } from '../support/git.ts';
import { failsAs, inContext } from '../support/git-stage.ts';
import { openGitHub } from '../support/github-forge.ts';

const { github, db, createStage, close } = await openGitHub();
after(close);

const SECRET = 'ghp_the-persons-own';

/** A host of the factory whose configured repository has this origin. */
async function hostOn(origin: string) {
  const { checkout } = await createStage();
  await checkout.git('remote', 'set-url', 'origin', origin);
  const folder = await createFolder('state');
  after(folder.remove);
  const config = loadConfig({ FORGE: 'github', GIT_BASE_REPO_PATH: checkout.path, STATE_DIR: folder.path });
  const [repository = ''] = Object.keys(config.repositories);
  return { host: { stateDir: folder.path, host: 'one', ...createRemotes(config, db) }, repository, folder };
}

test('a token in the origin reaches no file of the state folder, and git goes through without it', async () => {
  const { name } = await createStage();
  const [address, at] = [github.url.replace('https://', ''), `acme/${name}.git`];
  const { host, repository, folder } = await hostOn(`https://ada:${SECRET}@${address}/${at}`);
  const task = { epicId: 'e', taskKey: 't', repository, targetBranch: 'main' };
  const { prepareWorktree } = inContext(createWorktreeActivities(host));
  const { worktree } = await prepareWorktree({ ...task, placement: { host: 'one', epoch: 1 } });
  assert.ok((await stat(worktree)).isDirectory());

  const clone = await openRepository(host, repository);
  const config = await readFile(join(clone.gitDir, 'config'), 'utf8');
  assert.match(config, new RegExp(`url = "https://${address}/${at}"`));
  for (const entry of await readdir(folder.path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    assert.ok(!(await readFile(path, 'latin1')).includes(SECRET), path);
  }
});

test('an origin that names no repository of GitHub is told without its token', async () => {
  for (const origin of [`https://ada:${SECRET}@github.com/till`, `http://ada:${SECRET}/@x@github.com/acme/till`]) {
    const { host, repository } = await hostOn(origin);
    await assert.rejects(openRepository(host, repository), (error: Error) => {
      assert.ok(!error.message.includes(SECRET), error.message);
      return failsAs('RepositoryMissing', { message: /…@github\.com/ })(error);
    });
  }
});
