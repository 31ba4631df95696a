/** The forge that the configuration asks for, and how hosts reach its repositories. */
import { finalFailure } from '../../clients/failures.ts';
import { ghLogin, type RemoteAccess, readAccess } from '../../clients/git/remote-access.ts';
import type { GitHost } from '../../clients/git/repository.ts';
import { createGh, type GitHubClient } from '../../clients/github/gh.ts';
import { type Origin, readOrigin, renamed } from '../../clients/github/origin.ts';
import type { Config } from '../../config/config.ts';
import type { Database } from '../../db/connection.ts';
import { readSettledUsd } from '../../db/reads/costs.ts';
import { readGitHubRepository } from '../../db/reads/github-repositories.ts';
import { createRateLimits } from '../github/rate-limits.ts';
import { createRepos, type RepoOf } from '../github/repo.ts';
import { createNoteIdentity } from '../github/repository-identity.ts';
import { findGitDir } from './examine-source.ts';
import type { Forge } from './forge.ts';
import { createGitHubForge } from './github.ts';
import { createLocalForge, localRemote } from './local.ts';
import { readSubmoduleOrigin } from './source-origin.ts';

/** With what only GitHub needs: a look at all that is open there, which a Schedule asks for. */
export function createForge(db: Database, config: Config): { forge: Forge; repoOf?: RepoOf } {
  const { stateDir, repositories, apiUrl, forge } = config;
  if (forge.kind === 'local') return { forge: createLocalForge({ db, stateDir, repositories, apiUrl }) };
  const limits = createRateLimits(db);
  const clients = new Map<string, GitHubClient>();
  // One for all repositories of a hostname, so that its bound on processes is one of the worker process.
  const clientFor = (hostname: string): GitHubClient => {
    const client = clients.get(hostname) ?? createGh({ hostname, env: forge.ghEnvironment, limits });
    clients.set(hostname, client);
    return client;
  };
  const repoOf = createRepos({
    repositories,
    hostname: forge.hostname,
    clientFor,
    noteIdentity: createNoteIdentity(db),
  });
  const { approvers, settleSeconds } = forge;
  const hasWebhooks = config.webhookSecrets.github !== undefined;
  const costOf = (epicId: string, taskKey: string | undefined) => readSettledUsd(db, epicId, taskKey);
  return { forge: createGitHubForge({ repoOf, approvers, settleSeconds, hasWebhooks, apiUrl, costOf }), repoOf };
}

/** What host clones fetch from and push to, and how they get there. */
export function createRemotes(
  { stateDir, repositories, forge }: Config,
  db: Database,
): Pick<GitHost, 'remoteOf' | 'access' | 'submoduleOrigin'> {
  if (forge.kind === 'local') {
    const submoduleOrigin = (repository: string) => readSubmoduleOrigin(repositories[repository]?.path ?? '');
    return { remoteOf: localRemote(stateDir), submoduleOrigin };
  }
  const origins = new Map<string, Origin>();
  const originOf = async (repository: string, path: string): Promise<Origin> => {
    const origin = origins.get(repository) ?? (await readOrigin(path));
    origins.set(repository, origin);
    return origin;
  };
  const known = new Map<string, Promise<RemoteAccess>>();
  return {
    async remoteOf(repository) {
      const path = repositories[repository]?.path;
      if (path === undefined) throw finalFailure('RepositoryMissing', `No repository is called "${repository}"`);
      const origin = await originOf(repository, path);
      const now = await readGitHubRepository(db, repository);
      return now?.host === origin.hostname ? renamed(origin, now.full_name) : origin.url;
    },
    access(repository) {
      // A login of gh serves git too, where the machine's git has none of its own: for the forge's host alone, since gh
      // gives the token of a GitHub Enterprise Server to any host that asks.
      const read = async () => {
        const path = repositories[repository]?.path ?? '';
        const { hostname } = await originOf(repository, path);
        const gitDir = await findGitDir(path).catch(() => undefined);
        return await readAccess({ login: ghLogin(hostname, forge.ghEnvironment), gitDir });
      };
      const access =
        known.get(repository) ??
        read().catch((error: unknown) => {
          known.delete(repository);
          throw error;
        });
      known.set(repository, access);
      return access;
    },
  };
}
