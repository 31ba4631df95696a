/** Files that only a Worker's tree has, in the words of a question to people. Pure. */
import type { IgnoredFiles } from '../activities/git/ignored-files.ts';

const MOST_NAMES = 5;

/** Not more than a question names, for an epic that remembers those of all its tasks. */
export const fewIgnored = ({ names, total }: IgnoredFiles): IgnoredFiles => ({
  names: names.slice(0, MOST_NAMES).map((name) => name.slice(0, 200)),
  total,
});

/** `whose` task; left out where there is but one. */
export function ignoredWords(ignored: IgnoredFiles, whose?: string): string {
  const { names, total } = fewIgnored(ignored);
  const more = total > names.length ? ` and ${total - names.length} more` : '';
  const where = whose === undefined ? 'The Worker’s worktree' : `The worktree of ${whose}`;
  return `${where} also holds what git ignores, so it is not merged: ${names.join(', ')}${more}.`;
}
