/** A repository with a submodule, which has one itself: what tests of submodules stand on. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitHost } from '../../clients/git/repository.ts';
import { createFolder, type Files, type Repository, repositoryAt } from './git.ts';
import { beginsTasks, createGitStage } from './git-stage.ts';

/** Where the stage's submodule lies. */
export const LIB = 'vendor/lib';

/** The lines of .gitmodules for a submodule. */
export const moduleLines = (path: string, url: string): string =>
  `[submodule "${path}"]\n\tpath = ${path}\n\turl = ${url}\n`;

/** Points a submodule to a commit, in the index and with the empty folder that a clone would have. */
export async function pointTo(repository: Repository, path: string, commit: string): Promise<void> {
  await mkdir(join(repository.path, path), { recursive: true });
  await repository.git('update-index', '--add', '--cacheinfo', `160000,${commit},${path}`);
}

/** `lib` with a tag, and a newer commit on its branch; `deep` is within it. */
export async function createSubmodules(folder: string) {
  const make = async (name: string, files: Files) => {
    const repository = repositoryAt(join(folder, name));
    await mkdir(repository.path);
    await repository.git('init', '--quiet', '--initial-branch', 'main');
    return { repository, first: await repository.commit('First', files) };
  };
  const deep = await make('deep', { 'deep.txt': 'deep\n' });
  const lib = await make('lib', {
    'value.txt': '1\n',
    'other.txt': 'other\n',
    '.gitmodules': moduleLines('deep', '../deep'),
  });
  await pointTo(lib.repository, 'deep', deep.first);
  const first = await lib.repository.commit('With deep');
  const second = await lib.repository.commit('Second', { 'value.txt': '2\n' });
  return { lib: lib.repository, deep: deep.repository, first, second };
}

export async function createSubmoduleStage() {
  const folder = await createFolder('submodules');
  const modules = await createSubmodules(folder.path);
  const stage = await createGitStage({ files: { 'a.txt': 'a\n', 'dir/b.txt': 'b\n' } });
  const { source, mirror } = stage;
  await pointTo(source, LIB, modules.first);
  const base = await source.commit('Add lib', { '.gitmodules': moduleLines(LIB, '../lib') });
  await source.git('push', '--quiet', mirror.path, 'main');
  await source.git('checkout', '--quiet', '-B', 'bumped', base);
  await pointTo(source, LIB, modules.second);
  const bumped = await source.commit('Bump');
  await source.git('push', '--quiet', mirror.path, 'bumped');
  const options: Partial<GitHost> = {
    submoduleOrigin: async () => ({ url: join(folder.path, 'work'), access: undefined }),
  };
  const remove = async () => {
    await Promise.all([stage.remove(), folder.remove()]);
  };
  const host = (name: string, more: Partial<GitHost> = {}) => stage.host(name, { ...options, ...more });
  const epic = beginsTasks({ epicId: 'modules', base, host });
  /** A task with its worktree on host `one`. */
  const begin = async (taskKey: string) => {
    const begun = await epic.begin(taskKey);
    return { ...begun, lib: repositoryAt(join(begun.worktree, LIB)) };
  };
  return {
    ...{ ...stage, ...modules, base, remove, folder: folder.path },
    hostOf: (name: string) => stage.hostOf(name, options),
    /** `bumped` is a branch of the forge, and its commit, that points to the second commit. */
    ...{ bumped, host, task: epic.task, begin },
  };
}
