/** A repository with files in Git LFS, by the real git-lfs: what tests of LFS stand on. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import { createForgeActivities } from '../../activities/forge/activities.ts';
import { createLocalForge } from '../../activities/forge/local.ts';
import { clonePath } from '../../clients/git/names.ts';
import { onPath } from '../../local/programs/find.ts';
import { createDatabase } from './database.ts';
import { type Files, type Repository, repositoryAt } from './git.ts';
import { beginsTasks, createGitStage, inContext, REPOSITORY, toNobody } from './git-stage.ts';

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

/** Call it at the top of a file: the stage with its forge opened, where git-lfs is there; what is skipped needs none. */
export async function useLfsStage(): ReturnType<typeof createLfsStage> {
  if (skip !== false) return undefined as never;
  const stage = await createLfsStage();
  after(() => stage.remove());
  await stage.open();
  return stage;
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
  const epic = beginsTasks({ epicId: 'lfs', base, host: stage.host });
  return {
    ...{ ...stage, ...epic, base, forge, open },
    activities: inContext(createForgeActivities({ forge, ...toNobody })),
    isOnForge: (content: string) => existsSync(objectIn(mirror.path, content)),
    cloneOf: (host: string) => clonePath(stateDir, host, REPOSITORY),
    async remove() {
      await stage.remove();
      await database.drop();
    },
  };
}
