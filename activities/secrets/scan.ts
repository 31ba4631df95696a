/** Looks for secrets in what a push would bring to the forge. What is found is named by its place, never repeated. */
import { pathMatcher } from '../change/paths.ts';
import { gitFailure } from '../git/failures.ts';
import { type GitPlace, gitResult } from '../git/git.ts';
import type { Clone } from '../git/repository.ts';
import { type AddedText, readAddedLines } from './added-lines.ts';
import { findSecrets } from './find.ts';
import { isHeldBy } from './known.ts';
import { masked, secretHash } from './name.ts';
import { findMarks } from './redact.ts';

/** Where something looks like a key, and what kind. */
export interface Secret {
  readonly kind: string;
  readonly file: string;
  readonly line: number;
  /** Its value by name, and as much of it as may be shown. Left out by hosts of an earlier version. */
  readonly hash?: string;
  readonly shown?: string;
}

/** What is let through. */
export interface Exempt {
  readonly epicId: string;
  /** Globs of files that may hold what they like. */
  readonly files?: readonly string[] | undefined;
  /** Values that a person allowed in the epic, by hash. */
  readonly hashes?: readonly string[] | undefined;
  /** A commit of the base: what its files hold is no news. */
  readonly base?: string | undefined;
}

/** What is added beyond it in one step is not looked at. */
const LARGEST_DIFF_BYTES = 32 * 1024 * 1024;
const MOST_REPORTED = 20;
const PATCH = ['-p', '--unified=0', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color'];
const PREFIXES = ['--src-prefix=a/', '--dst-prefix=b/'];

/** In the lines that `to` has and `from` has not. */
export async function scanChange(
  place: GitPlace,
  { from, to, exempt }: { from: string; to: string; exempt: Exempt },
): Promise<Secret[]> {
  if (from === to) return [];
  return scanDiff(place, ['diff-tree', '-r', ...PATCH, ...PREFIXES, from, to], exempt);
}

/**
 * In each commit that `head` brings to the forge, beyond what it is `known` to have: a key that a later commit took away would be
 * pushed all the same. Of a merge only what its maker wrote counts, since both sides were looked at before.
 */
export async function scanCommits(
  clone: Clone,
  { head, known, exempt }: { head: string; known: readonly string[]; exempt: Exempt },
): Promise<Secret[]> {
  const args = ['log', '--format=', '--diff-merges=remerge', ...PATCH, ...PREFIXES];
  const { place, range } = newCommits(clone, head, known);
  return scanDiff(place, [...args, ...range], exempt);
}

/** What `head` brings to the forge: its own branches are asked where clone and forge share their objects. */
export function newCommits(clone: Clone, head: string, known: readonly string[]): { place: GitPlace; range: string[] } {
  const branches = clone.forge === undefined ? '--remotes=forge' : '--branches';
  return { place: clone.forge ?? clone, range: [head, '--not', branches, ...known] };
}

async function scanDiff(place: GitPlace, args: string[], exempt: Exempt): Promise<Secret[]> {
  const result = await gitResult(place, args, { maxBytes: LARGEST_DIFF_BYTES });
  if (result.exitCode !== 0 && !result.truncated) throw gitFailure(args, result.exitCode, result.stderr);
  const isAllowed = pathMatcher(exempt.files ?? []);
  const found = new Map<string, Secret>();
  for (const added of readAddedLines(result.stdout)) {
    place.signal?.throwIfAborted();
    if (isAllowed(added.file)) continue;
    for (const secret of await scanAdded(place, added, exempt)) found.set(JSON.stringify(secret), secret);
    if (found.size >= MOST_REPORTED) break;
  }
  return [...found.values()].slice(0, MOST_REPORTED);
}

async function scanAdded(place: GitPlace, { file, text, lines }: AddedText, exempt: Exempt): Promise<Secret[]> {
  const secrets: Secret[] = [];
  for (const { kind, start, value } of [...findSecrets(text, file), ...findMarks(text)]) {
    const hash = secretHash(exempt.epicId, value);
    if (exempt.hashes?.includes(hash)) continue;
    if (exempt.base !== undefined && (await isHeldBy(place, { sha: exempt.base, value, hash }))) continue;
    const line = lines[text.slice(0, start).split('\n').length - 1] ?? 1;
    secrets.push({ kind, file, line, hash, shown: masked(value) });
  }
  return secrets;
}

/** `GITHUB_TOKEN in src/a.js:3` */
export const secretText = ({ kind, file, line }: Secret): string => `${kind} in ${file}:${line}`;
