/** What the GitHub double keeps besides git: one repository's settings, pull requests, and what was said on them. */
import type { Repository } from '../git.ts';

export interface User {
  readonly login: string;
  readonly type: 'User' | 'Bot';
}

export type Permission = 'admin' | 'write' | 'read' | 'none';

export interface Pull {
  readonly number: number;
  title: string;
  body: string;
  readonly user: User;
  readonly head: string;
  /** Whose branch the head is, where it is none of the repository's own; null where that fork is gone. */
  readonly fork?: string | null;
  base: string;
  headSha: string;
  baseSha: string;
  state: 'open' | 'closed';
  draft: boolean;
  mergedAt: string | null;
  mergeSha: string | null;
  /** Of which head and base it was asked whether they can be merged, and how often. */
  tried?: { of: string; reads: number };
  readonly labels: string[];
  readonly createdAt: string;
  updatedAt: string;
}

export interface Said {
  readonly id: number;
  readonly number: number;
  readonly user: User;
  body: string;
  readonly at: string;
}

export interface GivenReview extends Said {
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';
  readonly commit: string;
}

export interface Note extends Said {
  readonly review: number | null;
  readonly path: string;
  readonly line: number;
  readonly commit: string;
  readonly replyTo: number | null;
}

export interface Status {
  readonly sha: string;
  readonly context: string;
  readonly state: 'error' | 'failure' | 'pending' | 'success';
  readonly description: string | null;
  readonly at: string;
}

export interface CheckRun {
  readonly id: number;
  readonly sha: string;
  readonly name: string;
  readonly app: string;
  /** Of each suite GitHub lists the newest run of a name; one for all if there is none. */
  readonly suite?: number;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  readonly startedAt: string;
  completedAt: string | null;
  log: string;
}

export interface Rule {
  readonly type: string;
  readonly parameters?: object;
}

export interface RepositoryState {
  /** Kept through every renaming. */
  readonly id: number;
  owner: string;
  name: string;
  git: Repository;
  archived: boolean;
  /** Private, on a plan that has no rules for such repositories. */
  hasNoRules: boolean;
  /** How many reads after a push come before it is known whether a pull request can be merged. */
  lazyReads: number;
  /** In these words the next merges are refused, whatever else may be in their way. */
  readonly refuseMerges: string[];
  defaultBranch: string;
  readonly allowed: { merge: boolean; squash: boolean; rebase: boolean };
  readonly permissions: Map<string, Permission>;
  /** Rules of a branch, as rulesets give them. */
  readonly rules: Map<string, Rule[]>;
  /** Status checks that protection of a branch requires. */
  readonly required: Map<string, string[]>;
  readonly pulls: Map<number, Pull>;
  readonly comments: Said[];
  readonly reviews: GivenReview[];
  readonly notes: Note[];
  readonly statuses: Status[];
  readonly checkRuns: CheckRun[];
  /** Continuous integration: judges what was pushed to a branch, or leaves it alone. */
  ci?: (branch: string, sha: string) => Promise<'success' | 'failure' | undefined>;
  nextNumber: number;
  nextId: number;
}

/** An answer that is no success, in GitHub's words. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: unknown[] | undefined;
  readonly headers: Record<string, string>;
  constructor(status: number, message: string, errors?: unknown[], headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }
}

/** GitHub tells times by the second. */
export const isoNow = (): string => new Date().toISOString().replace(/\.\d+Z$/, 'Z');

export const need = <T>(value: T | undefined | null): T => {
  if (value === undefined || value === null) throw new Refusal(404, 'Not Found');
  return value;
};

/** Where a branch is. */
export const headOf = (repository: RepositoryState, branch: string): Promise<string | undefined> =>
  repository.git.git('rev-parse', '--verify', '--quiet', '--end-of-options', `refs/heads/${branch}^{commit}`).then(
    (sha) => sha,
    () => undefined,
  );

export const isAncestor = (repository: RepositoryState, older: string, newer: string): Promise<boolean> =>
  repository.git.git('merge-base', '--is-ancestor', older, newer).then(
    () => true,
    () => false,
  );

/** All branches at once. */
export async function headsOf(repository: RepositoryState): Promise<Map<string, string>> {
  const format = '--format=%(refname:lstrip=2) %(objectname)';
  const listed = await repository.git.git('for-each-ref', format, 'refs/heads');
  return new Map(listed.split('\n').map((line) => line.split(' ') as [string, string]));
}
