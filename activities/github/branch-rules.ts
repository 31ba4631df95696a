/** The rules of a branch, as rulesets give them; of each only what the factory reads. */
import { isGitHubFailure } from '../../clients/github/failures.ts';
import type { Urgency } from '../../clients/github/gh.ts';
import type { GitHubRepo } from './repo.ts';

export interface Rule {
  readonly type: string;
  readonly parameters?: {
    readonly allowed_merge_methods?: readonly string[];
    readonly required_status_checks?: readonly { readonly context: string }[];
  };
}

/** A branch's name as a part of an address: its slashes part it. */
export const inPath = (branch: string): string => branch.split('/').map(encodeURIComponent).join('/');

/** None where there can be none: a private repository on a plan without them, or a server that does not know them. */
export async function readRules(repo: GitHubRepo, branch: string, urgency: Urgency): Promise<readonly Rule[]> {
  try {
    return await repo.list<Rule>({ path: `${repo.at}/rules/branches/${inPath(branch)}`, ...urgency });
  } catch (error) {
    if (isGitHubFailure(error, 'not-in-plan', 'not-found')) return [];
    throw error;
  }
}
