/** A repository with files in Git LFS, by the real git-lfs: what tests of LFS stand on. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createForgeActivities } from '../../activities/forge/activities.ts';
import { createLocalForge } from '../../activities/forge/local.ts';
import { clonePath } from '../../clients/git/names.ts';
import { onPath } from '../../local/programs/find.ts';
import { createDatabase } from './database.ts';
import { type Files, type Repository, repositoryAt } from './git.ts';
import { createGitStage, inContext, nobodyWaits, REPOSITORY } from './git-stage.ts';

/** Of tests that need it. */
export const skip = onPath('git-lfs') !== undefined ? false : 'git-lfs is not installed (apt-get install git-lfs)';

export const IMAGE = 'art/logo.png';
export const ATTRIBUTES = '*.png filter=lfs diff=lfs merge=lfs -text\n';

export const oidOf = (content: string): string => createHash('sha256').update(content).digest('hex');
export const pointerTo = (content: string, size = Buffer.byteLength(content)): string =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${oidOf(content)}\nsize ${size}\n`;
/** The file of an object, in a git folder. */
export const objectIn = (gitDir: string, content: string): string => {
  const oid = oidOf(content);
  return join(gitDir, 'lfs', 'objects', oid.slice(0, 2), oid.slice(2, 4), oid);
};

/** As `git lfs install --local` does, but for the hooks. */
export async function useLfs(repository: Repository): Promise<void> {
  await repository.git('config', 'filter.lfs.process', 'git-lfs filter-process');
  await repository.git('config', 'filter.lfs.required', 'true');
}

/** A person's own clone, with git-lfs. */
export async function cloneWithLfs(from: string, to: string, branch: string): Promise<Repository> {
  const options = ['-c', 'filter.lfs.process=git-lfs filter-process', '-c', 'filter.lfs.required=true'];
  await repositoryAt(from).git('clone', '--quiet', '--branch', branch, ...options, from, to);
  return repositoryAt(to);
}

/** The source with its first image, the local forge over it, and hosts. */
export async function createLfsStage(more: Files = {}) {
  const [database, stage] = await Promise.all([createDatabase(), createGitStage({ files: { 'a.txt': 'a\n' } })]);
  const { source, stateDir, mirror } = stage;
  await useLfs(source);
  const base = await source.commit('Add a logo', { '.gitattributes': ATTRIBUTES, [IMAGE]: 'first', ...more });
  const repositories = { [REPOSITORY]: { path: source.path } };
  const forge = createLocalForge({ db: database.db, stateDir, repositories });
  const open = () => forge.openRepository({ repository: REPOSITORY });
  const task = (taskKey: string, at = { host: 'one', epoch: 1 }) => ({
    ...{ epicId: 'lfs', taskKey, repository: REPOSITORY, targetBranch: 'main', placement: at },
    base: { branch: 'main', sha: base },
  });
  /** A task with its worktree on a host. */
  const begin = async (taskKey: string, at = { host: 'one', epoch: 1 }) => {
    const host = stage.host(at.host);
    const prepared = await host.prepareWorktree(task(taskKey, at));
    const place = { ...task(taskKey, at), worktree: prepared.worktree };
    let commits = 0;
    const commit = (fields = {}) =>
      host.commitChange({ ...place, message: 'Work', key: `${taskKey}-${at.epoch}-${++commits}`, ...fields });
    return { host, place, commit, git: repositoryAt(prepared.worktree), ...prepared };
  };
  return {
    ...{ ...stage, base, forge, open, task, begin },
    activities: inContext(createForgeActivities({ forge, leaveTurn: nobodyWaits })),
    isOnForge: (content: string) => existsSync(objectIn(mirror.path, content)),
    cloneOf: (host: string) => clonePath(stateDir, host, REPOSITORY),
    async remove() {
      await stage.remove();
      await database.drop();
    },
  };
}
