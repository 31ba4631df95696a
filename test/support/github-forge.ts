/** The github forge over the double, with the real gh: for a test file, which gets a repository of its own for each stage. */
import { createForgeActivities } from '../../activities/forge/activities.ts';
import { createGitHubForge } from '../../activities/forge/github.ts';
import { createRateLimits } from '../../activities/github/rate-limits.ts';
import { createRepos } from '../../activities/github/repo.ts';
import { createNoteIdentity } from '../../activities/github/repository-identity.ts';
import { createGh } from '../../clients/github/gh.ts';
import { createDatabase } from './database.ts';
import { createFolder, type Files, repositoryAt } from './git.ts';
import { inContext, toNobody } from './git-stage.ts';
import { type GitHub, startGitHub } from './github/server.ts';
import { openPullRequest } from './local-forge.ts';

/** Who is there: the factory's own login, a reviewer, somebody who may only read. */
export const TOKENS = { factory: 'token-factory', ada: 'token-ada', eve: 'token-eve' };
const PERMISSIONS = { factory: 'write', ada: 'admin', eve: 'read' } as const;

/** Call `close` in `after`. From here on this process is a machine that is logged in on the double. */
export async function openGitHub() {
  const database = await createDatabase();
  const github: GitHub = await startGitHub();
  for (const [login, token] of Object.entries(TOKENS)) github.addUser(token, login);
  Object.assign(process.env, await github.machine(TOKENS.factory, 'factory'));
  const cleanups: (() => Promise<void>)[] = [];
  let count = 0;

  /** A repository on the double, and a checkout of it on this machine. */
  async function createStage(options: { files?: Files; env?: Record<string, string> } = {}) {
    const name = `till-${++count}`;
    const repository = await github.createRepository(`acme/${name}`, { ...options, permissions: PERMISSIONS });
    const folder = await createFolder('checkout');
    cleanups.push(folder.remove);
    const checkout = repositoryAt(folder.path);
    await checkout.git('init', '--quiet');
    await checkout.git('remote', 'add', 'origin', `${github.url}/acme/${name}.git`);
    const limits = createRateLimits(database.db);
    const clientFor = (hostname: string) => createGh({ hostname, env: options.env ?? {}, limits });
    const noteIdentity = createNoteIdentity(database.db);
    const repoOf = createRepos({ repositories: { [name]: { path: folder.path } }, clientFor, noteIdentity });
    const forge = createGitHubForge({ repoOf, approvers: ['ada'], settleSeconds: 0, hasWebhooks: false });
    return {
      name,
      repository,
      checkout,
      forge,
      repoOf,
      limits,
      activities: inContext(createForgeActivities({ forge, ...toNobody })),
    };
  }

  /** The same with an epic branch and one open pull request of a task. */
  async function openOne(files: Files = { 'new.txt': 'new\n' }, options: Parameters<typeof createStage>[0] = {}) {
    const stage = await createStage(options);
    return { ...stage, ...(await openPullRequest(stage, stage.repository.git, files)) };
  }

  /** A call to the API as somebody, for what people do. */
  async function as(login: keyof typeof TOKENS, method: string, path: string, body?: unknown) {
    const { exec } = await import('../../exec.ts');
    const result = await exec({
      file: 'gh',
      args: ['api', '--method', method, ...(body === undefined ? [] : ['--input', '-']), path],
      env: { GH_HOST: github.host, GH_ENTERPRISE_TOKEN: TOKENS[login] },
      ...(body === undefined ? {} : { input: JSON.stringify(body) }),
    });
    if (result.exitCode !== 0) throw new Error(`${result.stderr}\n${result.stdout}`);
    return JSON.parse(result.stdout);
  }

  return {
    github,
    db: database.db,
    createStage,
    openOne,
    as,
    async close(): Promise<void> {
      for (const cleanup of cleanups) await cleanup();
      await github.close();
      await database.drop();
    },
  };
}
