/** Local forges for a test file, each over a repository of its own, on one database. */
import { createForgeActivities } from '../../activities/forge/activities.ts';
import { createLocalForge } from '../../activities/forge/local.ts';
import { mirrorPath } from '../../clients/git/names.ts';
import { createDatabase } from './database.ts';
import { createFolder, createRepository, type Files, importCommit, type Repository, repositoryAt } from './git.ts';
import { inContext, toNobody } from './git-stage.ts';

/** Call `close` in `after`. */
export async function openForges() {
  const database = await createDatabase();
  const cleanups: (() => Promise<void>)[] = [];
  let count = 0;

  /** A forge over one repository, under a name that no other test uses. */
  async function createForge(options: { files?: Files; bare?: boolean; apiUrl?: string } = {}) {
    const name = `repository-${++count}`;
    const [folder, source] = await Promise.all([createFolder('forge'), createRepository(options)]);
    cleanups.push(folder.remove, source.remove);
    const repositories = { [name]: { path: source.path } };
    const forge = createLocalForge({ db: database.db, stateDir: folder.path, repositories, apiUrl: options.apiUrl });
    const mirror = repositoryAt(mirrorPath(folder.path, name));
    return {
      name,
      source,
      forge,
      mirror,
      folder,
      activities: inContext(createForgeActivities({ forge, ...toNobody })),
    };
  }

  /** The same with an epic branch and one open pull request of a task. */
  async function openOne(files: Files = { 'new.txt': 'new\n' }, options: Parameters<typeof createForge>[0] = {}) {
    const stage = await createForge(options);
    await stage.forge.openRepository({ repository: stage.name });
    return { ...stage, ...(await openPullRequest(stage, stage.mirror, files)) };
  }

  return {
    db: database.db,
    createForge,
    openOne,
    async close(): Promise<void> {
      for (const cleanup of cleanups) await cleanup();
      await database.drop();
    },
  };
}

interface ForgeStage {
  readonly name: string;
  readonly activities: ReturnType<typeof createForgeActivities>;
}

/** An epic branch, and one open pull request of a task that changes these files on the forge. */
export async function openPullRequest({ name, activities }: ForgeStage, onForge: Repository, files: Files) {
  const { branch: base } = await activities.ensureEpicBranch({ repository: name, epicId: 'e', baseBranch: 'main' });
  const headSha = await push(onForge, 'factory/e/schema', files, 'main');
  const request = { repository: name, epicId: 'e', taskKey: 'schema', head: 'factory/e/schema', base };
  const opened = await activities.openPullRequest({ ...request, title: 'Schema', body: 'Adds it' });
  return { base, headSha, request, opened, ref: { repository: name, number: opened.number } };
}

/** Commits to a branch of a bare repository, as a push from elsewhere would. */
export const push = ({ path }: Repository, branch: string, files: Files, from = branch): Promise<string> =>
  importCommit(path, { branch, from, files, message: 'A change' });
