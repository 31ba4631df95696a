/** A repository as an epic begins with it: one reading for the epic's first activity and for `doctor`, which so agree. */
import { finalFailure } from '../clients/failures.ts';
import { listPaths, readFiles } from '../clients/git/contents.ts';
import { mirrorPath } from '../clients/git/names.ts';
import type { RateLimits } from '../clients/github/gh.ts';
import { createGh } from '../clients/github/gh.ts';
import { MODULES_FILE, parseModules } from '../clients/submodules/gitmodules.ts';
import type { Config } from '../config/config.ts';
import type { RepositoryPolicy } from '../workflows/contract/settings.ts';
import { nestedInstructions, withImports } from './agent/instructions.ts';
import { INSTRUCTION_FILES } from './agent/system-prompt.ts';
import { pathMatcher } from './change/match-paths.ts';
import { examineSource, findGitDir } from './forge/examine-source.ts';
import type { Forge } from './forge/forge.ts';
import { createGitHubForge } from './forge/github.ts';
import type { Source } from './forge/source.ts';
import { createRepos } from './github/repo.ts';
import { examineLfs } from './lfs/source.ts';
import { POLICY_FILES, policyText, readPolicy } from './policy.ts';

type Reading = Pick<Forge, 'openRepository' | 'readFiles' | 'listPaths'>;

/**
 * Opens the repository and reads what its base branch says of how it is worked on.
 * Fails as the forge's openRepository does, and InvalidInput (final) for a policy that is not valid.
 */
export async function readRepository(
  forge: Reading,
  wanted: { readonly repository: string; readonly baseBranch?: string | undefined },
) {
  const { repository } = wanted;
  const { baseBranch, headSha } = await forge.openRepository(wanted);
  const read = (paths: readonly string[]) => forge.readFiles({ repository, commit: headSha, paths });
  const [found, listed] = await Promise.all([
    read([...POLICY_FILES, ...INSTRUCTION_FILES]),
    forge.listPaths({ repository, commit: headSha }),
  ]);
  const paths = new Set(listed);
  const where = `${baseBranch} of ${repository}`;
  if (paths.has(MODULES_FILE)) await parseModules((await read([MODULES_FILE]))[MODULES_FILE] ?? '', where);
  const text = policyText(found, where);
  const policy = readPolicy(text, where);
  const files = await withImports(found, { paths, read });
  const nested = nestedInstructions(paths);
  return { baseBranch, headSha, files, nested, text, policy, notes: notesOn(policy, listed) };
}

/** Names settings that are valid, but most likely not meant. */
function notesOn({ protectedPaths = [] }: RepositoryPolicy, paths: readonly string[]): string[] {
  const idle = protectedPaths.filter((glob) => !paths.some(pathMatcher([glob])));
  if (idle.length === 0) return [];
  return [`protectedPaths of factory.yaml that no file of the base branch matches: ${idle.join(', ')}`];
}

/** The configured forge for somebody who only reads. */
export function createReading(config: Pick<Config, 'forge' | 'repositories' | 'stateDir'>): Reading {
  const { forge, repositories } = config;
  if (forge.kind === 'local') return createSourceReading(config);
  const { ghEnvironment: env, hostname, approvers, settleSeconds } = forge;
  const clientFor = (name: string) => createGh({ hostname: name, env, limits: NO_LIMITS });
  const repoOf = createRepos({ repositories, hostname, clientFor });
  return createGitHubForge({ repoOf, approvers, settleSeconds, hasWebhooks: false });
}

/** A handful of calls by hand. */
export const NO_LIMITS: RateLimits = { mayCall: async () => {}, note: async () => undefined };

/** The local forge as far as it only reads the person's repository. */
function createSourceReading({ repositories, stateDir }: Pick<Config, 'repositories' | 'stateDir'>): Reading {
  const sourceOf = (repository: string): Source => {
    const source = repositories[repository];
    if (source === undefined) throw finalFailure('RepositoryMissing', `No repository is called "${repository}"`);
    return source;
  };
  const repoOf = async (repository: string) => ({ gitDir: await findGitDir(sourceOf(repository).path) });
  return {
    async openRepository({ repository, baseBranch: wanted }) {
      const source = sourceOf(repository);
      const { repo, baseBranch, headSha } = await examineSource(source, wanted);
      await examineLfs(repo, headSha, { path: source.path, repository, mirror: mirrorPath(stateDir, repository) });
      return { baseBranch, headSha };
    },
    readFiles: async ({ repository, commit, paths }) => await readFiles(await repoOf(repository), commit, paths),
    listPaths: async ({ repository, commit }) => await listPaths(await repoOf(repository), commit),
  };
}
