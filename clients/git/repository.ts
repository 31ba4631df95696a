/**
 * The bare clone of a repository that a host's worktrees hang on. Where the forge is a mirror of ours on this machine,
 * the clone's objects are the mirror's, by a link: then nothing is ever transferred between them, only refs move.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import type { KnownBase } from '../../workflows/contract/base.ts';
import { failure, finalFailure } from '../failures.ts';
import { markUnfilled } from './first-fetch.ts';
import { type Author, type GitRepo, git } from './git.ts';
import { withLock } from './lock.ts';
import { clonePath, lfsStorePath, submodulesPath, type WorktreeBase } from './names.ts';
import type { RemoteAccess } from './remote-access.ts';

/** What every activity that works with git on a host is given. */
export interface GitHost extends WorktreeBase {
  /** The path or URL of the forge's repository. */
  readonly remoteOf: (repository: string) => string | Promise<string>;
  /** How a remote on another machine is reached. */
  readonly access?: ((repository: string) => Promise<RemoteAccess>) | undefined;
  /** Where its submodules come from; the remote and its access, where nothing else is said. */
  readonly submoduleOrigin?: ((repository: string) => Promise<SubmoduleOrigin>) | undefined;
  /** Who the factory's commits are by. */
  readonly author?: Author | undefined;
}

export interface SubmoduleOrigin {
  /** What relative addresses are resolved against. */
  readonly url: string;
  readonly access: RemoteAccess | undefined;
}

export interface Clone extends GitRepo {
  /** The forge's own repository, where its objects are this clone's too. */
  readonly forge?: GitRepo | undefined;
  readonly access?: RemoteAccess | undefined;
  /** What its work is built on: nothing is pushed once the forge has dropped that. */
  readonly base?: KnownBase | undefined;
  /** Its name, for people. */
  readonly repository?: string;
  readonly submoduleOrigin?: (() => Promise<SubmoduleOrigin>) | undefined;
  /** Where the clones of submodules are, by their addresses. */
  readonly submodulesFolder?: string;
  /** The folder in which the forge keeps objects of Git LFS, where that is on this machine. */
  readonly lfsStore?: string;
  /** Commits that the base has dropped, or that stand on such: nothing that holds one is pushed. */
  readonly dropped?: readonly string[] | undefined;
}

/**
 * For repositories whose objects are shared: what one of them no longer names, another may. So git refuses to drop any
 * object there (`gc` packs refs and nothing else), whoever asks, an agent in its worktree too.
 */
export const KEEPS_OBJECTS = '[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\tpreciousObjects = true\n';

/** Git's own configuration as we wrote it, kept beside the one that git reads. */
const KEPT_CONFIG = 'factory-config';

/** The host's bare clone, made if there is none yet. */
export async function openRepository(host: GitHost, repository: string, signal?: AbortSignal): Promise<Clone> {
  const gitDir = clonePath(host.stateDir, host.host, repository);
  const remote = await host.remoteOf(repository);
  const bare = await openBare({ gitDir, signal }, remote);
  const access = bare.forge === undefined ? await host.access?.(repository) : undefined;
  const readOrigin = async (): Promise<SubmoduleOrigin> =>
    (await host.submoduleOrigin?.(repository)) ?? { url: remote, access: await host.access?.(repository) };
  let origin: Promise<SubmoduleOrigin> | undefined;
  const submoduleOrigin = () => (origin ??= readOrigin());
  const submodulesFolder = submodulesPath(host.stateDir, host.host);
  return {
    ...{ ...bare, repository, submoduleOrigin, submodulesFolder },
    ...(access === undefined ? {} : { access }),
    ...(isAbsolute(remote) ? { lfsStore: lfsStorePath(remote) } : {}),
  };
}

/** A bare clone of the remote, made if there is none yet: empty until something is fetched. */
export async function openBare(repo: GitRepo, remote: string): Promise<Clone> {
  if (!(await keepConfig(repo.gitDir, remote))) {
    await lockRepository(repo, async () => {
      if (!(await keepConfig(repo.gitDir, remote))) await create(repo, remote);
    });
  }
  const { signal } = repo;
  return (await sharesObjects(repo.gitDir, remote)) ? { ...repo, forge: { gitDir: remote, signal } } : repo;
}

// Looked at each time: the clone may be older than the mirror, or the forge may be another one now.
async function sharesObjects(gitDir: string, remote: string): Promise<boolean> {
  if (!isAbsolute(remote)) return false;
  const real = (repository: string) => realpath(join(repository, 'objects')).catch(() => undefined);
  const [ours, theirs] = await Promise.all([real(gitDir), real(remote)]);
  return ours !== undefined && ours === theirs;
}

/** Alone with the clone: around what changes its remote branches and worktrees. */
export function lockRepository<T>(repo: GitRepo, work: () => Promise<T>): Promise<T> {
  return withLock(`${repo.gitDir}.lock`, work, repo.signal);
}

/**
 * Puts back the configuration if anything changed it: a filter named there would run for every tree that asks for it.
 * Attributes are the trees' own only.
 * False when there is no clone.
 */
async function keepConfig(gitDir: string, remote: string): Promise<boolean> {
  const read = (name: string) => readFile(join(gitDir, name), 'utf8').catch(() => undefined);
  const attributes = rm(join(gitDir, 'info', 'attributes'), { force: true });
  const [config, kept] = await Promise.all([read('config'), read(KEPT_CONFIG), attributes]);
  if (kept === undefined) return false;
  const wanted = kept.replace(/^\turl = .*$/m, () => `\turl = ${quoted(remote)}`);
  if (wanted !== kept) await replaceFile(join(gitDir, KEPT_CONFIG), wanted);
  if (wanted !== config) await replaceFile(join(gitDir, 'config'), wanted);
  return true;
}

async function create(repo: GitRepo, remote: string): Promise<void> {
  try {
    await makeBare(repo, async (made) => {
      const config = join(made, 'config');
      const forge = `[remote "forge"]\n\turl = ${quoted(remote)}\n`;
      await writeFile(config, `${await readFile(config, 'utf8')}${KEEPS_OBJECTS}${forge}`);
      if (!(await shareObjects(made, remote))) await markUnfilled(made);
      await writeFile(join(made, KEPT_CONFIG), await readFile(config, 'utf8'));
    });
  } catch (error) {
    throw folderFailure(error, repo.gitDir);
  }
}

/**
 * An empty bare repository, without the hooks and samples of git's template. It appears when `prepare` has made of it what
 * it is to be.
 */
export async function makeBare({ gitDir, signal }: GitRepo, prepare: (made: string) => Promise<void>): Promise<void> {
  const made = `${gitDir}.${randomUUID()}`;
  try {
    await mkdir(made, { recursive: true });
    await git({ gitDir: made, signal }, ['init', '--quiet', '--bare', '--template=']);
    await mkdir(join(made, 'info'), { recursive: true });
    await prepare(made);
    await rename(made, gitDir);
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

/**
 * Only a mirror that promises to keep its objects may be linked to. The link is relative, so STATE_DIR can be moved.
 * False when nothing is shared.
 */
async function shareObjects(made: string, remote: string): Promise<boolean> {
  if (!isAbsolute(remote)) return false;
  const config = await readFile(join(remote, 'config'), 'utf8').catch(() => '');
  if (!config.includes(KEEPS_OBJECTS)) return false;
  const [from, to] = await Promise.all([realpath(made), realpath(join(remote, 'objects'))]);
  await rm(join(made, 'objects'), { recursive: true });
  await symlink(relative(from, to), join(made, 'objects'));
  return true;
}

const quoted = (value: string): string => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** A whole file or none, whenever we are killed. */
export const replaceFile = (path: string, text: string): Promise<void> =>
  replaceWith(path, (draft) => writeFile(draft, text));

/** Puts what `write` writes in the place of a file: whole or not at all. */
export async function replaceWith(path: string, write: (draft: string) => Promise<void>): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    await write(draft);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw folderFailure(error, path);
  }
}

const WORKTREE_REMEDY =
  'make its folder writable for the user of the worker process, or set GIT_WORKTREE_BASE to one that is';

/** An error of the file system where a worktree or clone should be. */
export function folderFailure(error: unknown, path: string, remedy = WORKTREE_REMEDY): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return failure('DiskFull', `There is no space left for ${path}; free some`, {
      cause: error,
    });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EEXIST') {
    return finalFailure('FolderNotWritable', `Cannot write ${path} (${code}); ${remedy}`, { cause: error });
  }
  return error;
}
