/** How much each side of a merge changed in the files that conflict. */
import { mergeBase } from '../../clients/git/ancestry.ts';
import { type GitRepo, git } from '../../clients/git/git.ts';
import type { Conflict } from '../../workflows/contract/conflict.ts';
import type { MergeSides } from './conflict-groups.ts';

/** Adds the lines that came and went to the words of each side; a renamed file has none under its new name. */
export async function withSizes(
  bare: GitRepo,
  { ours, theirs }: MergeSides,
  conflicts: readonly Conflict[],
): Promise<Conflict[]> {
  const paths = conflicts.filter(({ kind }) => SIZED.has(kind)).map(({ path }) => path);
  if (paths.length === 0) return [...conflicts];
  const base = await mergeBase(bare, theirs, ours);
  const [task, other] = await Promise.all([ours, theirs].map((side) => countLines(bare, base, side, paths)));
  return conflicts.map((conflict) => {
    if (!SIZED.has(conflict.kind)) return conflict;
    const sized = (words: string, sizes: Map<string, string> | undefined) =>
      `${words}${words.startsWith('deleted') ? '' : (sizes?.get(conflict.path) ?? '')}`;
    return { ...conflict, task: sized(conflict.task, task), base: sized(conflict.base, other) };
  });
}

const SIZED: ReadonlySet<string> = new Set(['content', 'add/add', 'modify/delete']);

async function countLines(bare: GitRepo, from: string, to: string, paths: readonly string[]) {
  const options = ['diff-tree', '-r', '-z', '--numstat', '--no-renames', '--no-ext-diff', '--no-textconv'];
  const rows = (await git(bare, ['--literal-pathspecs', ...options, from, to, '--', ...paths])).split('\0');
  return new Map(
    rows.flatMap((row) => {
      const [, added, deleted, path = ''] = /^(\d+)\t(\d+)\t(.*)$/s.exec(row) ?? [];
      return path === '' ? [] : [[path, ` (+${added} −${deleted} lines)`] as const];
    }),
  );
}
