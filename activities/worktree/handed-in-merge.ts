/** What was handed in after a merge with conflicts, against what the merge left: read from trees. */
import { gitFailure } from '../../clients/git/failures.ts';
import { type GitRepo, git, gitResult } from '../../clients/git/git.ts';
import type { MergeSides } from './conflict-groups.ts';
import type { FoundConflict } from './conflicts.ts';
import type { HandedIn } from './judge-conflict.ts';

export interface Reading {
  readonly conflicts: readonly FoundConflict[];
  readonly fromMerge: ReadonlyMap<string, string>;
  readonly tree: string;
  /** The tree that the merge left. */
  readonly laid: string;
  readonly sides: MergeSides;
}

export async function readHandedIn(bare: GitRepo, { conflicts, fromMerge, tree, laid, sides }: Reading) {
  const paths = [...new Set(conflicts.flatMap(({ path, others }) => [path, ...others]))];
  const [markers, separators] = await Promise.all([
    countLines(bare, [`^<{7,8} ${sides.ours}`, `^>{7,8} ${sides.theirs}`], [tree, laid], paths),
    countLines(bare, ['^={7,8}\r?$'], [tree, laid], paths),
  ]);
  const changed = [...fromMerge.keys()];
  const handedIn: HandedIn = {
    isTouched: (path) => fromMerge.has(path) || changed.some((each) => each.startsWith(`${path}/`)),
    isGone: (path) => fromMerge.get(path) === 'D',
    hasMarker: (path) => markers(tree, [path]) > 0,
    // A conflict has two markers around one separator; the rest of them belong to the text.
    hasSeparator: (names) => separators(tree, names) > separators(laid, names) - markers(laid, names) / 2,
  };
  return { ...handedIn, hadMarkers: markers(laid, paths) > 0 };
}

/** Each path that differs, with git's letter for how. */
export async function changedPaths(bare: GitRepo, from: string, to: string): Promise<Map<string, string>> {
  if (from === to) return new Map();
  const args = ['diff-tree', '-r', '-z', '--name-status', '--no-renames', '--ignore-submodules=none', from, to];
  const fields = (await git(bare, args)).split('\0');
  const changed = new Map<string, string>();
  for (let at = 0; at + 1 < fields.length; at += 2) changed.set(fields[at + 1] ?? '', fields[at] ?? '');
  return changed;
}

/** In trees, never in the worktree: a link there may lead anywhere. */
async function countLines(
  bare: GitRepo,
  patterns: readonly string[],
  trees: readonly string[],
  paths: readonly string[],
): Promise<(tree: string, paths: readonly string[]) => number> {
  if (paths.length === 0) return () => 0;
  const wanted = patterns.flatMap((pattern) => ['-e', pattern]);
  const options = ['grep', '-z', '--count', '--text', '-E', ...wanted];
  const args = ['--literal-pathspecs', ...options, ...new Set(trees), '--', ...paths];
  const { exitCode, stdout, stderr } = await gitResult(bare, args);
  if (exitCode > 1) throw gitFailure(args, exitCode, stderr);
  const found = [...stdout.matchAll(/([0-9a-f]{40}):([^\0]*)\0(\d+)\n/g)];
  return (tree, names) =>
    found.reduce((sum, [, at, path = '', count]) => sum + (at === tree && names.includes(path) ? Number(count) : 0), 0);
}
