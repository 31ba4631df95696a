/** A configured repository on GitHub: its origin, and the client that reaches its host. */
import { finalFailure } from '../../clients/failures.ts';
import { isGitHubFailure } from '../../clients/github/failures.ts';
import type { Call, GitHubClient } from '../../clients/github/gh.ts';
import { type Origin, readOrigin } from '../../clients/github/origin.ts';
import type { Source } from '../forge/source.ts';
import { adopt, type NoteIdentity, type RepositoryFacts, readFacts } from './repository-identity.ts';
import { withSafeWords } from './safe-text.ts';

export interface GitHubRepo extends GitHubClient {
  /** As the repository is called now, as far as it is known. */
  readonly origin: Origin;
  /** `repos/<owner>/<name>`, with which every path of the repository begins. */
  readonly at: string;
  /** Who the factory is there; undefined for an app, whose token is no user's. */
  login(): Promise<string | undefined>;
  /** What GitHub says of the repository; its name is taken from there. Fails as `adopt` does. */
  readFacts(signal?: AbortSignal): Promise<RepositoryFacts>;
}

export interface ReposOptions {
  /** The configured repositories by name. */
  readonly repositories: Readonly<Record<string, Source>>;
  readonly clientFor: (hostname: string) => GitHubClient;
  /** GH_HOST. */
  readonly hostname?: string | undefined;
  /** Left out by who only looks. */
  readonly noteIdentity?: NoteIdentity;
}

/** Finds the place of a repository by its configured name; what was found is kept. */
export function createRepos({
  repositories,
  clientFor,
  hostname,
  noteIdentity: note = async (one) => one,
}: ReposOptions) {
  const known = new Map<string, GitHubRepo>();
  return async function repoOf(repository: string, signal?: AbortSignal): Promise<GitHubRepo> {
    const there = known.get(repository);
    if (there !== undefined) return there;
    const source = repositories[repository];
    if (source === undefined) {
      const names = Object.keys(repositories).join(', ') || 'none';
      throw finalFailure('RepositoryMissing', `No repository is called "${repository}"; configured: ${names}`);
    }
    const origin = await readOrigin(source.path, signal);
    const client = withSafeWords(clientFor(hostname ?? origin.hostname));
    const repo = createRepo(client, origin, (facts) => adopt(origin, facts, { repository, note }));
    known.set(repository, repo);
    return repo;
  };
}

function createRepo(
  client: GitHubClient,
  configured: Origin,
  nameOf: (facts: RepositoryFacts) => Promise<Origin>,
): GitHubRepo {
  let origin = configured;
  let login: Promise<string | undefined> | undefined;
  const repo: GitHubRepo = {
    ...client,
    get origin() {
      return origin;
    },
    get at() {
      return `repos/${origin.owner}/${origin.name}`;
    },
    async readFacts(signal) {
      const facts = await readFacts(client, repo.at, signal);
      origin = await nameOf(facts);
      return facts;
    },
    call: (call) => orMoved(call, (now) => client.call(now)),
    list: (call) => orMoved(call, (now) => client.list(now)),
    login() {
      login ??= readLogin(client).catch((error: unknown) => {
        login = undefined;
        throw error;
      });
      return login;
    },
  };
  return repo;

  /** A call that met a former name is made again by the one that the repository has now. */
  async function orMoved<Answer>(call: Call, make: (call: Call) => Promise<Answer>): Promise<Answer> {
    const { at } = repo;
    try {
      return await make(call);
    } catch (error) {
      if (!isGitHubFailure(error, 'moved', 'bad-credentials') || !call.path.startsWith(at)) throw error;
      await repo.readFacts(call.signal).catch((later: unknown) => {
        // Another repository has the name: that is what is wrong.
        if (!isGitHubFailure(later)) throw later;
      });
      if (repo.at === at) throw error;
      return await make({ ...call, path: `${repo.at}${call.path.slice(at.length)}` });
    }
  }
}

export type RepoOf = ReturnType<typeof createRepos>;

async function readLogin(client: GitHubClient): Promise<string | undefined> {
  try {
    // Asked once a process, and no look of a merge goes without it.
    return (await client.call<{ login: string }>({ path: 'user', isUrgent: true })).body.login;
  } catch (error) {
    if (isGitHubFailure(error, 'not-permitted', 'not-found')) return undefined;
    throw error;
  }
}

/** The answer, or undefined where there is no such thing, or can be none on the plan of the repository's owner. */
export async function findOnGitHub<Body>(client: GitHubClient, call: Call): Promise<Body | undefined> {
  try {
    return (await client.call<Body>(call)).body;
  } catch (error) {
    if (isGitHubFailure(error, 'not-found', 'not-in-plan')) return undefined;
    throw error;
  }
}
