/** Reading a commit's files without a checkout. */
import { posix } from 'node:path';
import { finalFailure } from '../failures.ts';
import { gitFailure } from './failures.ts';
import { type GitRepo, git, gitResult } from './git.ts';
import { readLoose } from './objects.ts';
import { readCommit } from './refs.ts';

const MOST_BYTES = 1024 * 1024;

/** The text of those paths that the commit has as files; links are followed within the commit. */
export async function readFiles(
  repo: GitRepo,
  commit: string,
  paths: readonly string[],
): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await findEntries(repo, commit, paths)) {
    // A folder or submodule of that name is no file of the commit.
    const file = isLink(entry) ? await followLink(repo, commit, entry) : entry;
    if (isFile(file)) files[entry.path] = await readBlob(repo, file);
  }
  return files;
}

const isFile = ({ mode }: Entry): boolean => mode.startsWith('100');
const isLink = ({ mode }: Entry): boolean => mode.startsWith('120');
const MOST_LINKS = 10;

/** Follows a link to its file. A broken link is refused: otherwise nobody would notice that the file is missing. */
async function followLink(repo: GitRepo, commit: string, link: Entry): Promise<Entry> {
  let entry = link;
  for (let links = 0; links < MOST_LINKS; links += 1) {
    const target = await readBlob(repo, entry);
    const path = posix.join(posix.dirname(entry.path), target);
    if (posix.isAbsolute(target) || /^\.\.(\/|$)/.test(path)) {
      throw refusedLink(link, `out of the repository (${target})`);
    }
    const [next] = await findEntries(repo, commit, [path]);
    if (next === undefined) throw refusedLink(link, `to ${path}, which is not there`);
    if (isFile(next)) return next;
    if (!isLink(next)) throw refusedLink(link, `to ${path}, which is no file`);
    entry = next;
  }
  throw refusedLink(link, 'in a circle');
}

const refusedLink = ({ path }: Entry, where: string) =>
  finalFailure(
    'RepositoryUnsupported',
    `${path} is a link that leads ${where}; put the file itself on the base branch`,
  );

async function readBlob(repo: GitRepo, { sha, path }: Entry): Promise<string> {
  const loose = await readLoose(repo, sha, 'blob');
  if (loose !== undefined) return loose.toString();
  const args = ['cat-file', 'blob', sha];
  const result = await gitResult(repo, args, { maxBytes: MOST_BYTES });
  if (result.truncated) {
    throw finalFailure(
      'RepositoryUnsupported',
      `${path} has more than ${MOST_BYTES >> 10} KB; shorten it on the base branch`,
    );
  }
  if (result.exitCode !== 0) throw gitFailure(args, result.exitCode, result.stderr);
  return result.stdout;
}

interface Entry {
  readonly mode: string;
  readonly sha: string;
  readonly path: string;
}

/** What the commit has at these paths: without a process where its own folder is loose and says it all. */
async function findEntries(repo: GitRepo, commit: string, paths: readonly string[]): Promise<Entry[]> {
  const { tree } = await readCommit(repo, commit);
  const root = paths.some((path) => path.includes('/')) ? undefined : await readLoose(repo, tree, 'tree');
  if (root !== undefined) return readTree(root).filter(({ path }) => paths.includes(path));
  const listed = await git(repo, ['--literal-pathspecs', 'ls-tree', '-z', tree, '--', ...paths]);
  return listed.split('\0').flatMap((line) => {
    const [, mode, sha, path] = /^(\d+) \w+ ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
    return mode === undefined || sha === undefined || path === undefined ? [] : [{ mode, sha, path }];
  });
}

/** A tree object's entries: mode, space, name, NUL, 20 bytes of hash. */
function readTree(content: Buffer): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < content.length; ) {
    const end = content.indexOf(0, at);
    const [mode = '', ...name] = content.toString('utf8', at, end).split(' ');
    entries.push({ mode, sha: content.toString('hex', end + 1, end + 21), path: name.join(' ') });
    at = end + 21;
  }
  return entries;
}

const MOST_LISTED_BYTES = 64 * 1024 * 1024;

/** The paths of all files of a commit. */
export async function listPaths(repo: GitRepo, commit: string): Promise<string[]> {
  const args = ['ls-tree', '-r', '-z', '--name-only', commit];
  const result = await gitResult(repo, args, { maxBytes: MOST_LISTED_BYTES });
  if (result.exitCode !== 0 && !result.truncated) throw gitFailure(args, result.exitCode, result.stderr);
  return result.stdout.split('\0').filter((path) => path !== '');
}

/** Refuses by name what would lie there as pointers. `what` is whose files they are. */
export async function refuseLfs(repo: GitRepo, commit: string, what: string): Promise<void> {
  const args = ['grep', '--quiet', '-E', '-e', 'filter=lfs', commit, '--', ':(glob)**/.gitattributes'];
  const result = await gitResult(repo, args);
  if (result.exitCode > 1) throw gitFailure(args, result.exitCode, result.stderr);
  if (result.exitCode === 0) {
    throw finalFailure(
      'RepositoryUnsupported',
      `${what} uses Git LFS (.gitattributes), which is not supported there; take its files out of LFS, or leave it out`,
    );
  }
}
