/**
 * Files whose content git would hand to a program on its way into a commit (git-crypt and the like): the factory runs
 * none but Git LFS, so what a Worker writes there would be pushed as it is.
 */
import { join } from 'node:path';
import { gitFailure } from '../../clients/git/failures.ts';
import { type GitRepo, git, gitResult } from '../../clients/git/git.ts';
import type { Worktree } from './worktree-state.ts';

/** Whether a commit's .gitattributes name any filter: a commit does not change. */
const KNOWN = new Map<string, boolean>();
const MOST_KNOWN = 1_000;

/**
 * The filters by path, of those paths that have one by the base branch's attributes, in whatever folder they are written;
 * what the Worker's own branch says of it does not count.
 */
export async function readFilters(
  { bare, repo, state }: Worktree,
  paths: readonly string[],
  /** The one that the factory does run. */
  { except }: { readonly except?: string | undefined } = {},
) {
  const filters = new Map<string, string>();
  const base = state.base?.sha;
  if (base === undefined || paths.length === 0 || !(await namesFilters(bare, base))) return filters;
  // Attributes of a commit are read by way of an index: git 2.40 is the first to take a commit.
  const index = { ...repo, indexFile: join(repo.gitDir, 'factory-filters-index') };
  await git(index, ['read-tree', '--reset', base]);
  const input = paths.map((path) => `${path}\0`).join('');
  const fields = (await git(index, ['check-attr', '--cached', '-z', '--stdin', 'filter'], { input })).split('\0');
  for (let i = 0; i + 2 < fields.length; i += 3) {
    const [path = '', , value = ''] = fields.slice(i, i + 3);
    if (value !== 'unspecified' && value !== 'unset' && value !== except) filters.set(path, value);
  }
  return filters;
}

async function namesFilters(bare: GitRepo, commit: string): Promise<boolean> {
  const key = `${bare.gitDir} ${commit}`;
  const known = KNOWN.get(key);
  if (known !== undefined) return known;
  const args = ['grep', '--quiet', '-I', '-e', 'filter', commit, '--', ':(glob)**/.gitattributes'];
  const { exitCode, stderr } = await gitResult(bare, args);
  if (exitCode > 1) throw gitFailure(args, exitCode, stderr);
  if (KNOWN.size >= MOST_KNOWN) KNOWN.clear();
  KNOWN.set(key, exitCode === 0);
  return exitCode === 0;
}
