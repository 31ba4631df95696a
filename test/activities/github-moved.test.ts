/** A repository that was renamed, or moved to another owner, while it is worked on: found again, if it is the same one. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createRemotes } from '../../activities/forge/create-forge.ts';
import { forgeBranch, pushToForge, readForge } from '../../clients/git/remote.ts';
import { openRepository } from '../../clients/git/repository.ts';
import { loadConfig } from '../../config/config.ts';
import { createFolder } from '../support/git.ts';
import { failsAs } from '../support/git-stage.ts';
import { openGitHub } from '../support/github-forge.ts';
import { push } from '../support/local-forge.ts';

const { github, db, createStage, openOne, close } = await openGitHub();
after(close);

test('reads are led on, writes find the new name, and a moved branch keeps its pull request', async () => {
  const { name, activities, request, ref, forge, repository, opened } = await openOne();
  await forge.openRepository({ repository: name });
  await github.rename(`acme/${name}`, `emca/${name}-2`);
  const seen = await activities.readPullRequest(ref);
  assert.equal(seen.number, opened.number);
  const again = await activities.openPullRequest({ ...request, title: 'Schema', body: 'Adds it' });
  assert.equal(again.number, opened.number, 'though its head is of another owner now');
  const { branch } = await activities.ensureEpicBranch({ repository: name, epicId: 'f', baseBranch: 'main' });
  assert.equal(branch, 'factory/f/epic');
  const expectedHeadSha = seen.headSha;
  await activities.mergePullRequest({ ...ref, expectedHeadSha, message: 'Schema' });
  assert.equal(repository.pulls.get(opened.number)?.mergedAt !== null, true);
});

test('a write is the first to meet the new name, and an epic that begins adopts it', async () => {
  const { name, activities, forge, repoOf } = await createStage();
  await forge.openRepository({ repository: name });
  await github.rename(`acme/${name}`, `acme/${name}-new`);
  await activities.ensureEpicBranch({ repository: name, epicId: 'e', baseBranch: 'main' });
  assert.equal((await repoOf(name)).at, `repos/acme/${name}-new`);
  await forge.openRepository({ repository: name });
  await github.rename(`acme/${name}-new`, `acme/${name}-newer`);
  await forge.openRepository({ repository: name });
  assert.equal((await repoOf(name)).at, `repos/acme/${name}-newer`);
});

test('another repository that took the name is not worked on', async () => {
  const { name, forge, repoOf } = await createStage();
  await forge.openRepository({ repository: name });
  await github.rename(`acme/${name}`, `acme/${name}-old`);
  await github.createRepository(`acme/${name}`, { permissions: { factory: 'write' } });
  const refused = failsAs('RepositoryMissing', {
    message: /which is not the repository that it was before \(acme\/\S+ on/,
  });
  await assert.rejects(forge.openRepository({ repository: name }), refused);
  await assert.rejects(forge.openRepository({ repository: name }), refused);
  assert.equal((await repoOf(name)).at, `repos/acme/${name}`);
});

test('git reaches the repository by its new name once an epic has opened it', async () => {
  const { name, repository, checkout, forge } = await createStage();
  const folder = await createFolder('state');
  after(folder.remove);
  const before = await push(repository.git, 'main', { 'a.txt': '' });
  await github.rename(`acme/${name}`, `emca/${name}-moved`);
  await forge.openRepository({ repository: name });
  const file = join(folder.path, 'config.yaml');
  await writeFile(file, JSON.stringify({ repositories: { [name]: { path: checkout.path } } }));
  const config = loadConfig({ FORGE: 'github', FACTORY_CONFIG: file, STATE_DIR: folder.path });
  const host = { stateDir: folder.path, host: 'one', ...createRemotes(config, db) };
  assert.equal(await host.remoteOf(name), `${github.url}/emca/${name}-moved.git`);
  const clone = await openRepository(host, name);
  const main = forgeBranch('main');
  assert.equal((await readForge(clone, [main])).get(main.there)?.sha, before);
  await pushToForge(clone, { ref: 'refs/heads/pushed', to: before, expected: undefined });
  assert.equal(await repository.git.git('rev-parse', 'pushed'), before);
});
