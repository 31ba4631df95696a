/** Reading a commit's files without a checkout. */
import { finalFailure } from '../failures.ts';
import { gitFailure } from '../git/failures.ts';
import { type GitPlace, git, gitResult } from '../git/git.ts';

const MOST_BYTES = 1024 * 1024;

/** The text of those paths that the commit has as files. */
export async function readFiles(
  place: GitPlace,
  commit: string,
  paths: readonly string[],
): Promise<Record<string, string>> {
  const listed = await git(place, ['--literal-pathspecs', 'ls-tree', '-z', commit, '--', ...paths]);
  const files: Record<string, string> = {};
  for (const line of listed.split('\0')) {
    const entry = /^100\d{3} blob ([0-9a-f]+)\t(.+)$/s.exec(line);
    if (entry === null) continue;
    const [, blob = '', path = ''] = entry;
    files[path] = await git(place, ['cat-file', 'blob', blob], { maxBytes: MOST_BYTES });
  }
  return files;
}

/** Refuses by name what worktrees and merges would silently get wrong. */
export async function refuseUnsupported(place: GitPlace, commit: string, repository: string): Promise<void> {
  const modules = await git(place, ['--literal-pathspecs', 'ls-tree', '--name-only', commit, '--', '.gitmodules']);
  if (modules !== '') {
    throw finalFailure(
      'RepositoryUnsupported',
      `${repository} has submodules (.gitmodules), which are not supported yet`,
    );
  }
  const args = ['grep', '--quiet', '-E', '-e', 'filter=lfs', commit, '--', ':(glob)**/.gitattributes'];
  const result = await gitResult(place, args);
  if (result.exitCode > 1) throw gitFailure(args, result.exitCode, result.stderr);
  if (result.exitCode === 0) {
    throw finalFailure(
      'RepositoryUnsupported',
      `${repository} uses Git LFS (.gitattributes), which is not supported yet`,
    );
  }
}
