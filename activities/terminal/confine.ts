/** What a command of a repository is confined to on this host, and what it is given: policy and sandbox brought together. */
import { existsSync } from 'node:fs';
import { readlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { finalFailure } from '../../clients/failures.ts';
import { worktreeGone } from '../../clients/git/git.ts';
import { clonePath, type WorktreeBase } from '../../clients/git/names.ts';
import { commandVariables } from '../../clients/lfs/program.ts';
import { readLaid } from '../../clients/submodules/laid-submodules.ts';
import type { Confinement } from '../../clients/terminal/command.ts';
import type { GitFolders, Sandbox } from '../../clients/terminal/sandbox.ts';
import { readVariables, type Variables } from '../../clients/terminal/secrets.ts';
import type { CommandPolicy } from '../../workflows/contract/settings.ts';
import { adminDir } from '../worktree/worktree-state.ts';

/** The host's side of it. */
export interface CommandHost {
  readonly sandbox: Sandbox;
  /** SECRETS_FILE. */
  readonly secretsFile: string | undefined;
}

export interface ConfineInput {
  readonly epicId: string;
  readonly repository: string;
  readonly worktree: string;
  readonly policy: CommandPolicy;
}

/** Fails: SandboxUnavailable, SecretMissing, WorktreeGone (final). */
export async function confine(
  { sandbox, secretsFile }: CommandHost,
  host: Pick<WorktreeBase, 'stateDir' | 'host'>,
  { readOnly, ...input }: ConfineInput & { readonly readOnly: boolean },
): Promise<Confinement & Variables> {
  const { limits, env, network } = input.policy;
  if (network.length > 0 && sandbox.missingForNetwork.length > 0) {
    const packages = sandbox.missingForNetwork.join(' ');
    throw finalFailure(
      'SandboxUnavailable',
      `factory.yaml allows hosts of the network, and for that host ${host.host} lacks ${packages}: install them (apt-get install ${packages}), restart its worker process, then retry the task`,
    );
  }
  const git = sandbox.kind === 'none' ? undefined : await gitFolders(host, input);
  const { env: own, secrets } = await readVariables(env, secretsFile);
  const clone = clonePath(host.stateDir, host.host, input.repository);
  return { sandbox, readOnly, git, limits, network, env: commandVariables(clone, own), secrets };
}

/** Found by what the factory knows, never by the worktree's `.git` file, which could lead anywhere. */
async function gitFolders(
  { stateDir, host }: Pick<WorktreeBase, 'stateDir' | 'host'>,
  { epicId, repository, worktree }: ConfineInput,
): Promise<GitFolders> {
  const clone = clonePath(stateDir, host, repository);
  const admin = adminDir({ gitDir: clone }, epicId, worktree);
  if (!existsSync(admin)) throw worktreeGone(worktree);
  const submodules = new Set((await readLaid(admin)).map((each) => each.clone));
  const [objects, ...submoduleObjects] = await Promise.all([clone, ...submodules].map(objectsOf));
  return { clone, admin, objects: objects as string, submoduleObjects };
}

/** By a link to the forge's mirror, where that is on this machine. */
async function objectsOf(clone: string): Promise<string> {
  return resolve(clone, await readlink(join(clone, 'objects')).catch(() => 'objects'));
}
