/** The operator's own way to a remote is used for fetch and push; one that a repository names is not. */
import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createRemotes } from '../../activities/forge/create-forge.ts';
import { forgeBranch, pushToForge, readForge } from '../../clients/git/remote.ts';
import { type AccessOptions, environmentFor, ghLogin, readAccess } from '../../clients/git/remote-access.ts';
import { type Clone, openRepository } from '../../clients/git/repository.ts';
import { openSubmodule } from '../../clients/submodules/clone.ts';
import { loadConfig } from '../../config/config.ts';
import { exec } from '../../exec.ts';
import { createFolder, createRepository } from '../support/git.ts';

const folder = await createFolder('operator');
const forge = await createRepository({ bare: true });
const checkout = await createRepository();
after(() => Promise.all([folder.remove(), forge.remove(), checkout.remove()]));

const programs = join(folder.path, 'programs');
await mkdir(programs);
for (const [name, said] of [
  ['gh', 'gh $GH_ENTERPRISE_TOKEN'],
  ['theirs', 'theirs'],
] as const) {
  await writeFile(join(programs, name), `#!/bin/sh\necho "asked ${said}" >&2\n`, { mode: 0o755 });
}

/** A program in the place of ssh that says so, and reaches this machine instead. */
async function sshNamed(name: string): Promise<string> {
  const path = join(folder.path, name);
  await writeFile(path, `#!/bin/sh\ntouch ${path}.used\nfor last; do :; done\nexec sh -c "$last"\n`);
  await chmod(path, 0o755);
  return path;
}

/** The operator's configuration of git. */
async function configure(text: string): Promise<void> {
  process.env.XDG_CONFIG_HOME = folder.path;
  await mkdir(join(folder.path, 'git'), { recursive: true });
  await writeFile(join(folder.path, 'git', 'config'), text);
}

/** Fetches and pushes as a host that has this access. */
async function reach(state: string, options: AccessOptions): Promise<void> {
  const access = () => readAccess(options);
  const remoteOf = () => `ssh://git@forge.invalid${forge.path}`;
  const stateDir = join(folder.path, state);
  const clone = await openRepository({ stateDir, host: 'one', remoteOf, access }, 'work');
  const main = forgeBranch('main');
  const head = (await readForge(clone, [main])).get(main.there)?.sha ?? '';
  await pushToForge(clone, { ref: `refs/heads/${state}`, to: head, expected: undefined });
  assert.equal(await forge.git('rev-parse', state), head);
}

test('core.sshCommand of the machine, also one that is included for the repository’s folder', async () => {
  const [everywhere, there] = await Promise.all(['ssh-everywhere', 'ssh-there'].map(sshNamed));
  await configure(`[core]\n\tsshCommand = ${everywhere} -x\n`);
  await reach('plain', {});
  const gitDir = join(checkout.path, '.git');
  await checkout.git('config', 'core.sshCommand', 'false');
  await writeFile(join(folder.path, 'there.config'), `[core]\n\tsshCommand = ${there}\n`);
  await configure(`[includeIf "gitdir:${gitDir}"]\n\tpath = ${folder.path}/there.config\n`);
  await reach('included', { gitDir });
  const { env } = await readAccess({ gitDir });
  assert.equal(env.GIT_SSH_COMMAND, there);
});

test('GIT_SSH_COMMAND comes before it', async () => {
  await configure('[core]\n\tsshCommand = false\n');
  process.env.GIT_SSH_COMMAND = await sshNamed('ssh-variable');
  await reach('variable', {});
  delete process.env.GIT_SSH_COMMAND;
});

test('without either nothing asks for a password', async () => {
  await configure('');
  const { env } = await readAccess({});
  assert.equal(env.GIT_SSH_COMMAND, undefined, 'the command line says BatchMode');
});

test('the login of the forge’s host is neither given to nor asked for another, which a .gitmodules may name', async () => {
  await configure('[credential]\n\thelper = "!theirs"\n');
  const forged = await createRepository();
  after(() => forged.remove());
  await forged.git('remote', 'add', 'origin', 'https://Forge.invalid:8443/acme/work.git');
  const config = loadConfig({
    ...{ FORGE: 'github', GIT_BASE_REPO_PATH: forged.path, STATE_DIR: join(folder.path, 'forged') },
    ...{ GH_TOKEN: 'of-github', GH_ENTERPRISE_TOKEN: 'of-the-forge', GH_CONFIG_DIR: folder.path },
  });
  const [repository = ''] = Object.keys(config.repositories);
  const remotes = createRemotes(config, undefined as never);
  const access = await remotes.access?.(repository);
  assert.ok(access !== undefined);
  const bare: Clone = {
    ...{ gitDir: folder.path, submodulesFolder: join(folder.path, 'submodules') },
    submoduleOrigin: async () => ({ url: 'https://Forge.invalid:8443/acme/work.git', access }),
  };
  const environmentOf = async (url: string, origin = 'https://Forge.invalid:8443/acme/work.git') => {
    const clone = await openSubmodule(bare, { path: 'lib', url }, { url: origin, isLocal: false });
    return clone.access?.env ?? {};
  };
  const ours = [
    environmentOf('../lib'),
    environmentOf('https://forge.invalid:8443/other/lib'),
    environmentOf('https://me@forge.invalid:8443/other/lib'),
  ];
  for (const env of [access.env, ...(await Promise.all(ours))]) {
    assert.equal(env.GH_ENTERPRISE_TOKEN, 'of-the-forge');
    assert.deepEqual(await helpers(env, 'https://forge.invalid:8443/acme/work'), ['theirs', 'gh of-the-forge']);
    assert.deepEqual(await helpers(env, 'https://other.invalid/acme/work'), ['theirs']);
  }
  const others = [
    ...['https://other.invalid/acme/lib', 'https://forge.invalid/acme/lib', 'git@other.invalid:acme/lib'],
    ...['https://forge.invalid:8443@other.invalid/acme/lib', 'https://other.invalid:8443/@forge.invalid:8443/lib'],
    ...['https://forge.invalid:8443.other.invalid/lib', 'https://other.invalid?@forge.invalid:8443/lib'],
    ...['https://forge.invalid:8443#@other.invalid/lib', 'ssh://forge.invalid:8443@other.invalid/lib'],
  ].map((url) => environmentOf(url));
  // One that is within another is resolved against that one's address.
  others.push(environmentOf('../deep', 'https://other.invalid/acme/lib'));
  for (const env of await Promise.all(others)) {
    assert.deepEqual([env.GH_TOKEN, env.GH_ENTERPRISE_TOKEN, env.GH_CONFIG_DIR], [undefined, undefined, undefined]);
    assert.ok(!Object.values(env).some((value) => value?.includes('gh auth')));
    assert.deepEqual(await helpers(env, 'https://forge.invalid:8443/acme/work'), ['theirs']);
  }
});

test('a login of a host is of that host in whatever letters, and with the port that https has anyway', async () => {
  const access = await readAccess({ login: ghLogin('github.com', { GH_TOKEN: 'token' }) });
  for (const host of ['github.com', 'GitHub.com', 'github.com:443']) {
    assert.equal(environmentFor(access, host).GH_TOKEN, 'token', host);
  }
  for (const host of [undefined, '', 'github.com:8443', 'github.com.example', 'example.com']) {
    assert.equal(environmentFor(access, host).GH_TOKEN, undefined, host);
  }
});

/** Who git asks for a login at this address, in turn: programs that know none, but say that they were asked. */
async function helpers(env: Readonly<Record<string, string | undefined>>, url: string): Promise<string[]> {
  const machine = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };
  const at = { file: 'git', args: ['credential', 'fill'], cwd: folder.path, input: `url=${url}\n\n` };
  const { stderr } = await exec({ ...at, env: { ...machine, ...env, PATH: `${programs}:${process.env.PATH}` } });
  return [...stderr.matchAll(/^asked (.*)$/gm)].map(([, name = '']) => name);
}
