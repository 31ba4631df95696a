/** The rules of a branch, as rulesets give them; of each only what the factory reads. */
import type { GitHubPlace } from './place.ts';

export interface Rule {
  readonly type: string;
  readonly parameters?: {
    readonly allowed_merge_methods?: readonly string[];
    readonly required_status_checks?: readonly { readonly context: string }[];
  };
}

/** A branch's name as a part of an address: its slashes part it. */
export const inPath = (branch: string): string => branch.split('/').map(encodeURIComponent).join('/');

export const rulesPath = (place: GitHubPlace, branch: string): string => `${place.at}/rules/branches/${inPath(branch)}`;
