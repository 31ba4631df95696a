/** Looks for secrets in what a push would bring to the forge. What is found is named by its place, never repeated. */
import { pathMatcher } from '../change/paths.ts';
import { gitFailure } from '../git/failures.ts';
import { type GitPlace, gitResult } from '../git/git.ts';
import type { Clone } from '../git/repository.ts';
import { type AddedText, readAddedLines } from './added-lines.ts';
import { findSecrets } from './find.ts';

/** Where something looks like a key, and what kind. */
export interface Secret {
  readonly kind: string;
  readonly file: string;
  readonly line: number;
}

/** What is added beyond it in one step is not looked at. */
const LARGEST_DIFF_BYTES = 32 * 1024 * 1024;
const MOST_REPORTED = 20;
const PATCH = ['-p', '--unified=0', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color'];
const PREFIXES = ['--src-prefix=a/', '--dst-prefix=b/'];

/** In the lines that `to` has and `from` has not; files that match one of `allowed` may hold what they like. */
export async function scanChange(
  place: GitPlace,
  { from, to, allowed }: { from: string; to: string; allowed: readonly string[] },
): Promise<Secret[]> {
  if (from === to) return [];
  return scanDiff(place, ['diff-tree', '-r', ...PATCH, ...PREFIXES, from, to], allowed);
}

/**
 * In each commit that `head` brings to the forge, beyond what it is `known` to have: a key that a later commit took away would be
 * pushed all the same. Of a merge only what its maker wrote counts, since both sides were looked at before.
 */
export async function scanCommits(
  clone: Clone,
  { head, known, allowed }: { head: string; known: readonly string[]; allowed: readonly string[] },
): Promise<Secret[]> {
  const args = ['log', '--format=', '--diff-merges=remerge', ...PATCH, ...PREFIXES];
  const { place, range } = newCommits(clone, head, known);
  return scanDiff(place, [...args, ...range], allowed);
}

/** What `head` brings to the forge: its own branches are asked where clone and forge share their objects. */
export function newCommits(clone: Clone, head: string, known: readonly string[]): { place: GitPlace; range: string[] } {
  const branches = clone.forge === undefined ? '--remotes=forge' : '--branches';
  return { place: clone.forge ?? clone, range: [head, '--not', branches, ...known] };
}

async function scanDiff(place: GitPlace, args: string[], allowed: readonly string[]): Promise<Secret[]> {
  const result = await gitResult(place, args, { maxBytes: LARGEST_DIFF_BYTES });
  if (result.exitCode !== 0 && !result.truncated) throw gitFailure(args, result.exitCode, result.stderr);
  const isAllowed = pathMatcher(allowed);
  const found: Secret[] = [];
  for (const added of readAddedLines(result.stdout)) {
    place.signal?.throwIfAborted();
    if (isAllowed(added.file)) continue;
    found.push(...scanAdded(added));
    if (found.length >= MOST_REPORTED) break;
  }
  return [...new Map(found.map((secret) => [JSON.stringify(secret), secret])).values()].slice(0, MOST_REPORTED);
}

function scanAdded({ file, text, lines }: AddedText): Secret[] {
  return findSecrets(text, file).map(({ kind, start }) => ({
    ...{ kind, file },
    line: lines[text.slice(0, start).split('\n').length - 1] ?? 1,
  }));
}

/** `GITHUB_TOKEN in src/a.js:3` */
export const secretText = ({ kind, file, line }: Secret): string => `${kind} in ${file}:${line}`;
