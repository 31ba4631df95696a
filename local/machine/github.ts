/** What doctor says about GitHub: gh and its login, and what that login may do in each repository. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NO_LIMITS } from '../../activities/repository.ts';
import { ASKING, git } from '../../clients/git/git.ts';
import { ghLogin, readAccess } from '../../clients/git/remote-access.ts';
import { createGh, type GitHubClient } from '../../clients/github/gh.ts';
import { type Origin, readOrigin } from '../../clients/github/origin.ts';
import type { Config } from '../../config/config.ts';
import { type Finding, found } from '../programs/finding.ts';
import { examineGh } from '../programs/system.ts';

export async function examineGitHub(config: Config): Promise<Finding[]> {
  const isUsed = config.forge.kind === 'github';
  const gh = await examineGh(isUsed);
  const names = Object.entries(config.repositoriesGiven ? config.repositories : {});
  const origins = await Promise.all(
    names.map(async ([name, { path }]) => ({ name, origin: await readOrigin(path).catch(() => undefined) })),
  );
  if (!isUsed)
    return [gh, ...origins.flatMap(({ name, origin }) => (origin === undefined ? [] : [hint(name, origin)]))];
  if (!gh.ok) return [gh];
  return [gh, ...(await Promise.all(origins.map(({ name, origin }) => examineOrigin(config, name, origin)))).flat()];
}

/** Other hosts of git cannot be told from an Enterprise Server by their address, so only the best known is named. */
const hint = (name: string, { hostname, owner, name: repository }: Origin): Finding =>
  found(
    `Forge of ${name}`,
    hostname === 'github.com'
      ? `local, though its origin is ${owner}/${repository} on GitHub: FORGE=github opens pull requests there`
      : 'local',
  );

interface Facts {
  readonly archived: boolean;
  readonly permissions?: { readonly push?: boolean };
}

async function examineOrigin(config: Config, name: string, origin: Origin | undefined): Promise<Finding[]> {
  const { forge } = config;
  const part = `GitHub of ${name}`;
  const problem = (why: 'not logged in' | 'not usable', detail: string, remedy: string): Finding[] => [
    { ok: false, part, why, detail, remedy, required: true },
  ];
  if (origin === undefined) {
    return problem('not usable', 'It has no origin on GitHub.', 'git remote add origin …, or unset FORGE');
  }
  const hostname = forge.hostname ?? origin.hostname;
  const client = createGh({ hostname, env: forge.ghEnvironment, limits: NO_LIMITS });
  const path = `repos/${origin.owner}/${origin.name}`;
  try {
    const [login, { body: facts }] = await Promise.all([readLogin(client), client.call<Facts>({ path })]);
    if (facts.archived) return problem('not usable', `${path} is archived.`, 'unarchive it, or unset FORGE');
    if (facts.permissions?.push === false) {
      return problem('not usable', `${login} may not push to ${path}.`, 'give that login the role Write there');
    }
    const unreachable = await gitProblem(config, name, origin);
    if (unreachable !== undefined) {
      return problem(
        'not usable',
        `git does not reach ${origin.url}: ${unreachable}`,
        'git ls-remote there shows it too',
      );
    }
    const isApprover = forge.approvers.some((approver) => approver.toLowerCase() === login.toLowerCase());
    if (!isApprover) return [found(part, `${path} on ${hostname}, as ${login}`)];
    // What GitHub refuses is the approval, not the factory's work.
    const detail = `${login} is the factory’s login and in GITHUB_APPROVERS: who opened a pull request cannot approve it.`;
    const remedy = 'log the factory in as a machine user, or take the login out of GITHUB_APPROVERS';
    return [{ ok: false, part, why: 'not usable', detail, remedy, required: false }];
  } catch (error) {
    const { type, message } = error as { type?: string; message: string };
    if (type === 'NotAuthenticated') {
      return problem('not logged in', `gh has no login for ${hostname}.`, `gh auth login --hostname ${hostname}`);
    }
    return problem('not usable', message, 'docs/operations.md says what the login must be allowed');
  }
}

/** What git says when it looks there in the way of the hosts; it fetches and pushes past gh. */
async function gitProblem(
  { repositories, forge }: Config,
  name: string,
  { url, hostname }: Origin,
): Promise<string | undefined> {
  const path = repositories[name]?.path ?? '';
  const inside = join(path, '.git');
  const gitDir = existsSync(inside) ? inside : path;
  const access = await readAccess({ login: ghLogin(hostname, forge.ghEnvironment), gitDir });
  // In no repository, so that the configuration of none counts.
  const env = { ...access.env, GIT_DIR: undefined, GIT_INDEX_FILE: undefined };
  return git({ gitDir: '/' }, ['ls-remote', '--quiet', url, 'HEAD'], { ...ASKING, env }).then(
    () => undefined,
    (error: Error) => error.message,
  );
}

/** An app's token is no user's. */
const readLogin = (client: GitHubClient): Promise<string> =>
  client.call<{ login: string }>({ path: 'user' }).then(
    ({ body }) => body.login,
    (error: { type?: string }) => {
      if (error.type === 'NotPermitted') return 'an app';
      throw error;
    },
  );
