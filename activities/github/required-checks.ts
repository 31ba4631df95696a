/** The checks that must be green before GitHub lets anything into a branch: of classic protection and of rulesets. */
import type { Urgency } from '../../clients/github/gh.ts';
import { inPath, readRules } from './branch-rules.ts';
import { readPullRequest } from './pull-requests.ts';
import type { GitHubRepo } from './repo.ts';
import { findOnGitHub } from './repo.ts';

interface Branch {
  readonly protection?: { readonly required_status_checks?: { readonly contexts?: readonly string[] } };
}

/** Settings of a branch change rarely, and are read again after this. */
const KEPT_MS = 600_000;

interface RequiredFor {
  readonly number: number;
  /** The branch that it is to go into; without it the one that it goes into now. */
  readonly base?: string | undefined;
}

/** Returns the names of the checks that the base of a pull request requires. */
export function createRequired() {
  const known = new Map<string, { readonly names: readonly string[]; readonly until: number }>();

  return async function required(
    repo: GitHubRepo,
    { number, base }: RequiredFor,
    urgency: Urgency,
  ): Promise<readonly string[]> {
    const branch = base ?? (await readPullRequest(repo, number, urgency)).base.ref;
    const key = `${repo.at} ${branch}`;
    const kept = known.get(key);
    if (kept !== undefined && kept.until > Date.now()) return kept.names;
    const [found, rules] = await Promise.all([
      findOnGitHub<Branch>(repo, { path: `${repo.at}/branches/${inPath(branch)}`, ...urgency }),
      readRules(repo, branch, urgency),
    ]);
    const names = new Set([
      ...(found?.protection?.required_status_checks?.contexts ?? []),
      ...rules.flatMap(({ parameters }) => parameters?.required_status_checks?.map((one) => one.context) ?? []),
    ]);
    for (const [old, { until }] of known) if (until <= Date.now()) known.delete(old);
    known.set(key, { names: [...names], until: Date.now() + KEPT_MS });
    return [...names];
  };
}
