/** Files that only a Worker's tree has, in the words of a question to people. Pure. */
import type { IgnoredFiles } from './contract/change.ts';

/** In one question, of however many tasks. */
const MOST_NAMES = 5;
const MOST_TASKS = 5;
const MOST_OF_NAME = 80;

/** Not more than a question names, for an epic that remembers those of all its tasks. What is no log comes first. */
export const fewIgnored = ({ names, total }: IgnoredFiles): IgnoredFiles => ({
  names: logsLast(names).slice(0, MOST_NAMES).map(shortened),
  total,
});

/** `worktree`: where all of them are to be seen. */
export function ignoredWords(ignored: IgnoredFiles, worktree: string): string {
  const { names, total } = fewIgnored(ignored);
  const all = total > names.length ? ` (all: git -C ${worktree} status --short --ignored)` : '';
  return `The Worker’s worktree also holds ${IGNORED}: ${andMore(names, total)}${all}.`;
}

/** Of an epic's tasks together; empty when there are none. */
export function ignoredOfTasks(tasks: readonly { readonly key: string; readonly ignored: IgnoredFiles }[]): string {
  if (tasks.length === 0) return '';
  const [only] = tasks;
  const keys = tasks.slice(0, MOST_TASKS).map(({ key }) => key);
  const whose =
    tasks.length === 1
      ? `worktree of ${only?.key} also holds`
      : `worktrees of ${andMore(keys, tasks.length)} also hold`;
  const names = logsLast(tasks.flatMap(({ ignored }) => fewIgnored(ignored).names)).slice(0, MOST_NAMES);
  const total = tasks.reduce((sum, { ignored }) => sum + ignored.total, 0);
  return `The ${whose} ${IGNORED}: ${andMore(names, total)}.`;
}

const IGNORED = 'what git ignores, so it is not merged';

const andMore = (names: readonly string[], total: number): string =>
  `${names.join(', ')}${total > names.length ? ` and ${total - names.length} more` : ''}`;

const logsLast = (names: readonly string[]): string[] => names.toSorted((a, b) => Number(isLog(a)) - Number(isLog(b)));

const isLog = (name: string): boolean => /\.log(\.[^/]*)?$/.test(name);

/** Its end says what it is. */
const shortened = (name: string): string =>
  name.length <= MOST_OF_NAME ? name : `…${name.slice(-MOST_OF_NAME).toWellFormed()}`;
