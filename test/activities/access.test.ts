/** The operator's own way to a remote is used for fetch and push; one that a repository names is not. */
import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type AccessOptions, readAccess } from '../../activities/git/access.ts';
import { forgeBranch, pushToForge, readForge } from '../../activities/git/remote.ts';
import { openRepository } from '../../activities/git/repository.ts';
import { createFolder, createRepository } from '../support/git.ts';

const folder = await createFolder('operator');
const forge = await createRepository({ bare: true });
const checkout = await createRepository();
after(() => Promise.all([folder.remove(), forge.remove(), checkout.remove()]));

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
