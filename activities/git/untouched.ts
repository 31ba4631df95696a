/** Files of work that was taken over onto another base, and whose conflicts nobody has settled. */
import type { Conflict, ResolvedConflict } from '../../workflows/contract/conflict.ts';
import { type GitPlace, git } from './git.ts';
import type { Worktree } from './worktree-state.ts';

/** Where the markers of this merge begin and end; it names its sides by their commits. */
const MARKER = /^(?:<{7}|>{7}) [0-9a-f]{40}\b/m;

/** Each that nobody has named and that is as it was laid, or still holds markers of that merge. */
export async function untouchedConflicts(
  { bare, state }: Worktree,
  tree: string,
  resolved: readonly ResolvedConflict[],
): Promise<Conflict[]> {
  const { conflicts = [], laid, isSettled } = state.takenOver ?? {};
  if (laid === undefined || isSettled === true || conflicts.length === 0) return [];
  const [before, now] = await Promise.all([blobsOf(bare, laid, conflicts), blobsOf(bare, tree, conflicts)]);
  // Whoever names a path has looked at it, and keeps what lies there.
  const left = conflicts.filter((path) => !resolved.some((named) => named.path === path));
  const found = await Promise.all(
    left.map(async (path): Promise<Conflict[]> => {
      const blob = now.get(path);
      if (blob === undefined) return [];
      if (blob === before.get(path)) return [conflictAt(path, 'it is as it was laid')];
      return MARKER.test(await git(bare, ['cat-file', 'blob', blob]))
        ? [conflictAt(path, 'it still holds markers')]
        : [];
    }),
  );
  return found.flat();
}

const conflictAt = (path: string, problem: string): Conflict => ({
  ...{ path, kind: 'content', others: [], problem },
  task: 'the task changed it',
  base: 'the rewritten base changed it',
  left: 'both sides between conflict markers',
});

/** Of those paths that are files there. */
async function blobsOf(bare: GitPlace, tree: string, paths: readonly string[]): Promise<Map<string, string>> {
  const listed = await git(bare, [
    'ls-tree',
    '-z',
    '--format=%(objecttype) %(objectname) %(path)',
    tree,
    '--',
    ...paths,
  ]);
  return new Map(
    listed.split('\0').flatMap((line) => {
      const [, blob, path] = /^blob ([0-9a-f]+) (.*)$/s.exec(line) ?? [];
      return blob === undefined || path === undefined ? [] : [[path, blob] as const];
    }),
  );
}
