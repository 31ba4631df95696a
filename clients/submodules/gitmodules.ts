/** The submodules that a commit's .gitmodules names, as far as the factory follows it; anything else is refused by name. */
import { finalFailure } from '../failures.ts';
import { readFiles } from '../git/contents.ts';
import { type GitRepo, gitResult } from '../git/git.ts';
import { addressProblem } from './address.ts';

export interface Declared {
  readonly path: string;
  /** As it is written there. */
  readonly url: string;
}

export const MODULES_FILE = '.gitmodules';
const MOST_DECLARED = 200;
/** A folder without a configuration of git's of its own. */
const NO_REPOSITORY = { gitDir: '/' };

/**
 * Reads the text of a .gitmodules. Of its settings only path and url count: commands, branches and the like are for people.
 * Fails RepositoryUnsupported (final), with `where` for whose file it is.
 */
export async function parseModules(text: string, where: string): Promise<Declared[]> {
  const refused = (what: string) =>
    finalFailure('RepositoryUnsupported', `${where} has a .gitmodules ${what}; correct it on the base branch`);
  const args = ['config', '--file', '-', '--null', '--list'];
  const { exitCode, stdout } = await gitResult(NO_REPOSITORY, args, { input: text });
  if (exitCode !== 0) throw refused('that git cannot read');
  const named = new Map<string, { path?: string; url?: string }>();
  for (const entry of stdout.split('\0')) {
    const [, name, key, value = ''] = /^submodule\.(.+)\.(path|url)(?:\n(.*))?$/s.exec(entry) ?? [];
    if (name === undefined || key === undefined) continue;
    named.set(name, { ...named.get(name), [key]: value });
  }
  if (named.size > MOST_DECLARED) throw refused(`with more than ${MOST_DECLARED} submodules`);
  const declared: Declared[] = [];
  for (const [name, { path, url }] of named) {
    // As for git, what has no place or no address is none.
    if (path === undefined || url === undefined) continue;
    const problem = nameProblem(name) ?? pathProblem(path) ?? addressProblem(url);
    if (problem !== undefined) throw refused(`whose submodule ${JSON.stringify(name)} ${problem}`);
    declared.push({ path: path.replace(/\/+$/, ''), url });
  }
  const within = declared.find(({ path }) => declared.some((other) => path.startsWith(`${other.path}/`)));
  if (within !== undefined) throw refused(`with a submodule ${within.path} inside another one`);
  const paths = declared.map(({ path }) => path);
  const twice = paths.find((path, at) => paths.indexOf(path) !== at);
  if (twice !== undefined) throw refused(`that names ${twice} twice`);
  return declared;
}

const nameProblem = (name: string): string | undefined =>
  name.split(/[/\\]/).includes('..') ? 'has a name with ".."' : undefined;

function pathProblem(path: string): string | undefined {
  const parts = path.replace(/\/+$/, '').split('/');
  const isOdd = (part: string) => part === '' || part === '.' || part === '..' || /^\.git$/i.test(part);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  const isUnfit = path.startsWith('-') || /[\u0000-\u001F\u007F\\\uFFFD]/.test(path) || parts.some(isOdd);
  return isUnfit ? `has a path that is none within the repository (${JSON.stringify(path)})` : undefined;
}

/** A commit does not change. */
const KNOWN = new Map<string, readonly Declared[]>();
const MOST_KNOWN = 1_000;

/** What a commit of the repository at `place` names. */
export async function readDeclared(repo: GitRepo, commit: string, where: string): Promise<readonly Declared[]> {
  const key = `${repo.gitDir} ${commit}`;
  const known = KNOWN.get(key);
  if (known !== undefined) return known;
  const text = (await readFiles(repo, commit, [MODULES_FILE]))[MODULES_FILE];
  const declared = text === undefined ? [] : await parseModules(text, where);
  if (KNOWN.size >= MOST_KNOWN) KNOWN.clear();
  KNOWN.set(key, declared);
  return declared;
}
