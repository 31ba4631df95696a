/** The base branch as work knows it: nothing that is built on a commit which the base has dropped leaves the host. */
import type { KnownBase, RewrittenBase } from '../../workflows/contract/base.ts';
import { finalFailure } from '../failures.ts';
import { isAncestor } from './ancestry.ts';
import { isGitFailure } from './failures.ts';
import type { GitRepo } from './git.ts';
import { readCommit } from './refs.ts';

/** True when all of `known` is in `now`. A commit that is not even here cannot be, since all of `now` is. */
export async function holds(repo: GitRepo, now: string, known: string): Promise<boolean> {
  if (now === known) return true;
  try {
    await readCommit(repo, known);
  } catch (error) {
    if (isGitFailure(error, 'object-missing')) return false;
    throw error;
  }
  return await isAncestor(repo, known, now);
}

/** True when a commit holds what the base has dropped. A base that holds it again has not dropped it. */
export async function holdsDropped(
  repo: GitRepo,
  { base, dropped = [] }: { readonly base?: KnownBase | undefined; readonly dropped?: readonly string[] | undefined },
  sha: string,
): Promise<boolean> {
  for (const each of dropped) {
    if (!(await holds(repo, sha, each))) continue;
    if (base === undefined || !(await holds(repo, base.sha, each))) return true;
  }
  return false;
}

/** Fails BaseRewritten (final) when the base at `now`, which is here with all its history, has dropped the known commit. */
export async function refuseRewritten(repo: GitRepo, { branch, sha }: KnownBase, now: string): Promise<void> {
  if (!(await holds(repo, now, sha))) throw baseRewritten(branch, { known: sha, now });
}

export function baseRewritten(branch: string, { known, now }: RewrittenBase) {
  const words = `${branch} was rewritten: it is at ${now.slice(0, 12)} and no longer holds ${known.slice(0, 12)}`;
  return finalFailure('BaseRewritten', `${words}, which this work is built on`, {
    details: [{ rewritten: { known, now } }],
  });
}
