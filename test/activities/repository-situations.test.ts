/** Repositories in every state that people have them in: doctor and an epic's first activity say the same of each. */
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createEpicActivities } from '../../activities/epic.ts';
import { createLocalForge } from '../../activities/forge/local.ts';
import { loadConfig } from '../../config/config.ts';
import { examineRepository } from '../../local/machine/repository.ts';
import { EpicInput } from '../../workflows/contract/epic.ts';
import type { EpicSettings } from '../../workflows/contract/settings.ts';
import { activityEnvironment } from '../support/agent.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { createFolder, createRepository, type Files, type Repository, repositoryAt } from '../support/git.ts';
import { IMAGE, pointerTo, skip } from '../support/lfs.ts';

let database: TestDatabase;
const cleanups: (() => Promise<void>)[] = [];
before(async () => {
  database = await createDatabase();
});
after(async () => {
  for (const cleanup of cleanups) await cleanup();
  await database.drop();
});

async function newFolder(): Promise<string> {
  const folder = await createFolder('situation');
  cleanups.push(folder.remove);
  return folder.path;
}

async function make(files?: Files, options: { bare?: boolean; branch?: string } = {}): Promise<Repository> {
  const repository = await createRepository({ ...options, ...(files === undefined ? {} : { files }) });
  cleanups.push(repository.remove);
  return repository;
}

/** What `git clone` with these options makes of a repository with two commits. */
async function clone(...options: string[]): Promise<Repository> {
  const source = await make();
  await source.commit('Second', { 'b.txt': 'b' });
  await source.git('config', 'uploadpack.allowFilter', 'true');
  const path = join(await newFolder(), 'clone');
  await source.git('clone', '--quiet', ...options, `file://${source.path}`, path);
  return repositoryAt(path);
}

type Situation = { path: string; baseBranch?: string };
/** The branch that an epic would begin from, or what is said. */
type Expected = { branch: string; notes?: number } | { says: RegExp };

const on = async (repository: Repository, ...commands: string[][]): Promise<Situation> => {
  for (const command of commands) await repository.git(...command);
  return { path: repository.path };
};
const empty = (...options: string[]) =>
  newFolder().then((path) => on(repositoryAt(path), ['init', '--quiet', '--initial-branch', 'main', ...options]));

const SITUATIONS: Record<string, [() => Promise<Situation>, Expected]> = {
  'a checkout on its main branch': [async () => on(await make()), { branch: 'main' }],
  'a bare repository': [async () => on(await make(undefined, { bare: true, branch: 'trunk' })), { branch: 'trunk' }],
  'a git folder itself': [async () => ({ path: join((await make()).path, '.git') }), { branch: 'main' }],
  'a linked worktree': [
    async () => {
      const repository = await make();
      const path = join(await newFolder(), 'linked');
      await repository.git('worktree', 'add', '--quiet', path, '-b', 'next');
      return { path, baseBranch: 'main' };
    },
    { branch: 'main' },
  ],
  'another user’s name for the main branch': [
    async () => on(await make(undefined, { branch: 'development' })),
    { branch: 'development' },
  ],
  'a tag of the base branch’s name': [
    async () => {
      const repository = await make();
      await repository.git('tag', 'main');
      await repository.commit('Second', { 'factory.yml': '' });
      return { path: repository.path };
    },
    { says: /main of \S+ has factory\.yml; rename it/ },
  ],
  'a base branch that is named': [
    async () => ({ ...(await on(await make(), ['checkout', '-qb', 'x'])), baseBranch: 'main' }),
    { branch: 'main' },
  ],
  'HEAD on no branch': [
    async () => on(await make(), ['checkout', '--quiet', '--detach']),
    { says: /HEAD of .* is on no branch.*; check one out, or set GIT_BASE_BRANCH/ },
  ],
  'HEAD on a feature branch': [
    async () => on(await make(), ['checkout', '--quiet', '-b', 'feature/x']),
    { says: /has "feature\/x" checked out, while "main" looks like its base.*set GIT_BASE_BRANCH/ },
  ],
  'HEAD on a feature branch of a clone': [
    async () => on(await clone(), ['checkout', '--quiet', '-b', 'x']),
    { says: /has "x" checked out, while "main" looks like/ },
  ],
  'a branch that is not there': [
    async () => ({ ...(await on(await make())), baseBranch: 'trunk' }),
    { says: /no commit on a branch "trunk"/ },
  ],
  'no commit': [async () => empty(), { says: /no commit on a branch "main"; make a first commit/ }],
  'no repository': [async () => ({ path: await newFolder() }), { says: /is not a git repository; git init it/ }],
  'nothing at all': [
    async () => ({ path: join(await newFolder(), 'gone') }),
    { says: /There is no repository at .*; check GIT_BASE_REPO_PATH/ },
  ],
  'a folder inside a repository': [
    async () => ({ path: join((await make({ 'packages/a/a.txt': '' })).path, 'packages', 'a') }),
    { says: /is a folder inside the repository (\S+); set GIT_BASE_REPO_PATH to \1$/ },
  ],
  'a shallow clone': [async () => on(await clone('--depth=1')), { says: /shallow clone.*; run git fetch --unshallow/ }],
  'a partial clone': [
    async () => on(await clone('--filter=blob:none', '--no-checkout')),
    { says: /partial clone.*; clone it whole/ },
  ],
  'objects named by SHA-256': [
    async () => empty('--object-format=sha256'),
    { says: /SHA-256.*; use a repository with SHA-1/ },
  ],
  'a branch factory': [
    async () => on(await make(), ['branch', 'factory']),
    { says: /has a branch factory, which stands.*; rename it: git branch -m factory/ },
  ],
  'a branch factory/x': [
    async () => on(await make(), ['branch', 'factory/x']),
    { says: /has a branch factory\/x, which stands/ },
  ],
  'what the factory delivered before': [
    async () => on(await make(), ['branch', 'factory/e/result']),
    { branch: 'main' },
  ],
  'a filter that no clone has': [
    async () => {
      const repository = await make();
      await writeFile(join(repository.path, '.git', 'info', 'attributes'), 'keys/* filter=git-crypt\n');
      return { path: repository.path };
    },
    { says: /names a filter in \.git\/info\/attributes/ },
  ],
  'a submodule': [
    async () => on(await make({ '.gitmodules': '[submodule "a"]\n\tpath = a\n\turl = ../a\n' })),
    { branch: 'main' },
  ],
  'a submodule whose address is a command': [
    async () => on(await make({ '.gitmodules': '[submodule "a"]\n\tpath = a\n\turl = ext::sh -c x\n' })),
    {
      says: /main of \S+ has a \.gitmodules whose submodule "a" has an address that is neither.*; correct it on the base/,
    },
  ],
  'Git LFS': [
    async () => on(await make({ 'art/.gitattributes': '*.png filter=lfs\n' })),
    skip === false ? { branch: 'main' } : { says: /uses Git LFS .*; install it on each host/ },
  ],
  'an object of Git LFS that is nowhere': [
    async () => on(await make({ 'art/.gitattributes': '*.png filter=lfs\n', [IMAGE]: pointerTo('gone') })),
    { says: skip === false ? /lacks an object of Git LFS: art\/logo\.png \(sha256:\w+\); run/ : /uses Git LFS/ },
  ],
  'a policy with a mistake': [
    async () => on(await make({ 'factory.yaml': 'verfy: x' })),
    { says: /factory\.yaml on main of \S+ is not valid.*verfy/s },
  ],
  'a protected path that protects nothing': [
    async () => on(await make({ 'factory.yaml': 'protectedPaths: [infra/**]\n' })),
    { branch: 'main', notes: 1 },
  ],
  'instructions behind a broken link': [
    async () => {
      const repository = await make();
      const { symlink } = await import('node:fs/promises');
      await symlink('gone.md', join(repository.path, 'AGENTS.md'));
      await repository.commit('Link');
      return { path: repository.path };
    },
    { says: /AGENTS\.md is a link that leads to gone\.md/ },
  ],
};

test('each situation is said alike by doctor and by an epic', async () => {
  for (const [name, [prepare, expected]] of Object.entries(SITUATIONS)) {
    const situation = await prepare();
    const folder = await newFolder();
    const file = join(folder, 'factory.config.yaml');
    await writeFile(file, JSON.stringify({ repositories: { work: situation } }));
    const config = loadConfig({ FACTORY_CONFIG: file, STATE_DIR: join(folder, 'state') });
    const [finding, ...notes] = await examineRepository(config, 'work');
    assert.ok(finding);
    const { stateDir, repositories } = config;
    const forge = createLocalForge({ db: database.db, stateDir, repositories });
    const { openEpic } = createEpicActivities({ db: database.db, config, forge });
    const epicId = name.replaceAll(/[^a-z]+/gi, '-').toLowerCase();
    const opening: Promise<EpicSettings> = activityEnvironment().run(openEpic, {
      ...{ epicId, input: EpicInput.parse({ title: name }) },
    });
    const said = await opening.then(
      (settings) => ({ branch: settings.baseBranch, notes: settings.notes ?? [] }),
      (error: Error) => ({ message: error.message }),
    );
    if ('branch' in expected) {
      assert.ok('branch' in said, `${name}: ${'message' in said ? said.message : ''}`);
      assert.equal(said.branch, expected.branch, name);
      assert.deepEqual(
        notes.map(({ detail }) => detail),
        said.notes.map((note) => `${note}.`),
        name,
      );
      assert.equal(notes.length, expected.notes ?? 0, name);
      assert.deepEqual([finding.ok, finding.detail], [true, `${situation.path}, branch ${expected.branch}`], name);
    } else {
      assert.ok('message' in said, `${name}: an epic begins`);
      assert.match(said.message, expected.says, name);
      assert.ok(!finding.ok, `${name}: doctor sees nothing`);
      const words = `${finding.detail.slice(0, -1)}; ${finding.remedy}`.replace('; correct what it names', '');
      assert.equal(words, said.message, name);
    }
    await rm(folder, { recursive: true, force: true });
  }
});
