/** Values that the base holds already, such as test keys of the repository: they are no news in a change. */
import { type GitPlace, gitResult } from '../git/git.ts';

/** By repository, commit and value, since a value is looked for with each turn's checkpoint. */
const known = new Map<string, boolean>();
const MOST_KNOWN = 10_000;

/** Whether a commit's files hold the value. Of a value of several lines the longest counts. A commit is never changed. */
export async function isHeldBy(
  { gitDir, signal }: GitPlace,
  { sha, value, hash }: { readonly sha: string; readonly value: string; readonly hash: string },
): Promise<boolean> {
  const name = `${gitDir} ${sha} ${hash}`;
  const before = known.get(name);
  if (before !== undefined) return before;
  const line = value.split(/[\r\n]+/).reduce((longest, each) => (each.length > longest.length ? each : longest), '');
  // As input, because arguments of a process can be seen by others.
  const args = ['grep', '--quiet', '--fixed-strings', '-f', '-', sha];
  const { exitCode } = await gitResult({ gitDir, signal }, args, { input: `${line}\n` });
  // A commit that is not here says nothing, and may come.
  if (exitCode !== 0 && exitCode !== 1) return false;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(name, exitCode === 0);
  return exitCode === 0;
}
