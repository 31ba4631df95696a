/** Looks for secrets in what a push would bring to the forge. What is found is named by its place, never repeated. */
import { gitFailure } from '../../clients/git/failures.ts';
import { type GitRepo, gitResult } from '../../clients/git/git.ts';
import type { Clone } from '../../clients/git/repository.ts';
import type { Secret } from '../../workflows/contract/change.ts';
import { pathMatcher } from '../change/match-paths.ts';
import { type AddedText, readAddedLines } from './added-lines.ts';
import { findInPieces } from './find-in-pieces.ts';
import { masked, secretHash } from './mask-value.ts';
import { findMarks } from './redact.ts';
import { MOST_LINES, namesHeld } from './values-in-base.ts';

/** Files and values that are let through. */
export interface Exempt {
  readonly epicId: string;
  /** Globs of files that may hold what they like. */
  readonly files?: readonly string[] | undefined;
  /** Values that a person allowed in the epic, by hash. */
  readonly hashes?: readonly string[] | undefined;
  /** A commit of the base: what its files hold is no news. */
  readonly base?: string | undefined;
}

/** A larger diff is looked at up to here. */
const LARGEST_DIFF_BYTES = 32 * 1024 * 1024;
const MOST_REPORTED = 20;
const PATCH = ['-p', '--unified=0', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color'];
const PREFIXES = ['--src-prefix=a/', '--dst-prefix=b/'];

/** In the lines that `to` has and `from` has not. */
export async function scanChange(
  repo: GitRepo,
  { from, to, exempt }: { from: string; to: string; exempt: Exempt },
): Promise<Secret[]> {
  if (from === to) return [];
  return scanDiff(repo, ['diff-tree', '-r', ...PATCH, ...PREFIXES, from, to], exempt);
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
  const { repo, range } = newCommits(clone, head, known);
  return scanDiff(repo, [...args, ...range], exempt);
}

/** Lists the commits that `head` brings to the forge: its own branches are asked where clone and forge share their objects. */
export function newCommits(clone: Clone, head: string, known: readonly string[]): { repo: GitRepo; range: string[] } {
  const branches = clone.forge === undefined ? '--remotes=forge' : '--branches';
  return { repo: clone.forge ?? clone, range: [head, '--not', branches, ...known] };
}

/** May be a secret, until the base was asked whether it is news. */
interface Candidate {
  readonly kind: string;
  readonly value: string;
  readonly start: number;
  readonly added: AddedText;
  /** It stands for the value, or for a mark in its file. */
  readonly name: string;
  readonly isMark: boolean;
}

async function scanDiff(repo: GitRepo, args: string[], exempt: Exempt): Promise<Secret[]> {
  const result = await gitResult(repo, args, { maxBytes: LARGEST_DIFF_BYTES });
  if (result.exitCode !== 0 && !result.truncated) throw gitFailure(args, result.exitCode, result.stderr);
  const candidates = await findCandidates(repo, readAddedLines(result.stdout), exempt);
  const held = await namesInBase(repo, candidates, exempt);
  const found = new Map<string, Secret>();
  for (const candidate of candidates) {
    if (held.has(candidate.name)) continue;
    const secret = secretOf(candidate);
    found.set(JSON.stringify(secret), secret);
    if (found.size >= MOST_REPORTED) break;
  }
  return [...found.values()];
}

async function findCandidates(repo: GitRepo, files: readonly AddedText[], exempt: Exempt): Promise<Candidate[]> {
  const isAllowed = pathMatcher(exempt.files ?? []);
  const candidates: Candidate[] = [];
  const names = new Set<string>();
  for (const added of files) {
    repo.signal?.throwIfAborted();
    if (isAllowed(added.file)) continue;
    for (const candidate of await candidatesIn(added, exempt)) {
      candidates.push(candidate);
      names.add(candidate.name);
    }
    // More than the base is asked about, so there is enough to report.
    if (names.size >= MOST_LINES + MOST_REPORTED) break;
  }
  return candidates;
}

async function candidatesIn(added: AddedText, { epicId, hashes }: Exempt): Promise<Candidate[]> {
  const { file, text } = added;
  const secrets = (await findInPieces(text, file))
    .map((found) => ({ ...found, added, name: secretHash(epicId, found.value), isMark: false }))
    .filter(({ name }) => hashes?.includes(name) !== true);
  const marks = findMarks(text).map((mark) => {
    return { ...mark, added, name: secretHash(epicId, `${file}\n${mark.value}`), isMark: true };
  });
  return [...secrets, ...marks];
}

/** A value may stand in any file of the base; a mark is only known where the same file has it. */
async function namesInBase(repo: GitRepo, candidates: readonly Candidate[], { base }: Exempt): Promise<Set<string>> {
  if (base === undefined) return new Set();
  const sought = new Map(
    candidates.map(({ name, value, isMark, added }) => [
      name,
      { name, text: value, file: isMark ? added.file : undefined },
    ]),
  );
  return namesHeld(repo, { sha: base, sought: [...sought.values()] });
}

/** A mark has no hash, so that no person is asked to allow one: it always goes back to the Worker. */
function secretOf({ kind, value, start, added, name, isMark }: Candidate): Secret {
  const line = added.lines[added.text.slice(0, start).split('\n').length - 1] ?? 1;
  const found = { kind, file: added.file, line };
  return isMark ? found : { ...found, hash: name, shown: masked(value) };
}

/** `GITHUB_TOKEN in src/a.js:3` */
export const secretText = ({ kind, file, line }: Secret): string => `${kind} in ${file}:${line}`;
