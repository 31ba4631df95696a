/** What GitHub and gh say, as failures of our vocabulary: by status where that tells, else by this one table of patterns. */
import { ApplicationFailure } from '@temporalio/common';
import type { FailureName } from '../../workflows/contract/failures.ts';
import { failure, finalFailure, passingFailure } from '../failures.ts';

export interface GitHubMessage {
  /** What happened, for callers that can do something about it. */
  readonly kind: string;
  /** Undefined: gh itself says so, and there was no answer. */
  readonly status: readonly number[] | undefined;
  readonly pattern: RegExp;
  readonly type: FailureName;
  /** Another try cannot fix it; else it passes by itself. */
  readonly final: boolean;
  /** What a person can do. */
  readonly remedy?: string;
}

const ANYTHING = /(?:)/;
/** Words of gh, which is written in Go, about a network or a server that is away. */
const NO_ANSWER =
  /dial tcp|lookup .*: |no such host|connection (refused|reset)|network is unreachable|no route to host|timeout|deadline exceeded|did not end in time|\bEOF\b|error connecting to|check your internet connection|proxyconnect|broken pipe|server misbehaving|closed the connection|GOAWAY/i;

/** The first that matches counts, so the particular stand before the general. */
export const GITHUB_MESSAGES = [
  {
    kind: 'not-logged-in',
    status: undefined,
    pattern: /gh auth login|GH_TOKEN environment variable/,
    ...{ type: 'NotAuthenticated', final: true, remedy: 'gh auth login, or set GH_TOKEN for the worker processes' },
  },
  {
    kind: 'no-answer',
    status: undefined,
    pattern: NO_ANSWER,
    ...{ type: 'ForgeUnavailable', final: false },
  },
  {
    kind: 'bad-credentials',
    status: [401],
    pattern: ANYTHING,
    ...{ type: 'NotAuthenticated', final: true, remedy: 'gh auth login, or renew GH_TOKEN' },
  },
  {
    kind: 'moved',
    status: [301, 302, 307, 308],
    pattern: ANYTHING,
    ...{ type: 'RepositoryMissing', final: true, remedy: 'git remote set-url origin to the name that it has now' },
  },
  {
    kind: 'archived',
    status: [403],
    pattern: /archived/i,
    ...{ type: 'RepositoryArchived', final: true, remedy: 'unarchive the repository' },
  },
  {
    kind: 'secondary-limit',
    status: [403, 429],
    pattern: /secondary rate limit|abuse detection/i,
    ...{ type: 'RateLimited', final: false },
  },
  {
    kind: 'rate-limit',
    status: [403, 429],
    pattern: /rate limit exceeded/i,
    ...{ type: 'RateLimited', final: false },
  },
  { kind: 'rate-limit', status: [429], pattern: ANYTHING, ...{ type: 'RateLimited', final: false } },
  {
    kind: 'not-in-plan',
    status: [403],
    pattern: /Upgrade to GitHub \w+( \w+)* or make this repository public to enable this feature/i,
    ...{ type: 'NotPermitted', final: true, remedy: 'make the repository public, or upgrade the plan of its owner' },
  },
  {
    kind: 'not-permitted',
    status: [403],
    pattern: ANYTHING,
    ...{ type: 'NotPermitted', final: true, remedy: 'docs/operations.md lists what the token must be allowed' },
  },
  {
    kind: 'head-moved',
    status: [409],
    pattern: /Head branch was modified|Head branch is out of date|expected head sha/i,
    ...{ type: 'HeadMoved', final: true },
  },
  {
    kind: 'base-moved',
    status: [405, 409],
    pattern: /Base branch was modified/i,
    ...{ type: 'BaseMoved', final: true },
  },
  {
    kind: 'not-mergeable',
    status: [405],
    pattern: /Pull Request is not mergeable|merge conflict/i,
    ...{ type: 'MergeConflict', final: true },
  },
  {
    kind: 'draft',
    status: [405],
    pattern: /still a draft/i,
    ...{ type: 'PullRequestDraft', final: true, remedy: 'mark the pull request as ready for review' },
  },
  {
    kind: 'method-not-allowed',
    status: [405],
    pattern: /(merge commits|squash merges|rebase merges) are not allowed/i,
    ...{ type: 'BranchProtected', final: true, remedy: 'allow a merge method in the settings of the repository' },
  },
  {
    kind: 'protected',
    status: [405, 422],
    pattern:
      /protected branch|required status check|review is required|approving review|rule violations|merge queue|must have (verified|linear)|verified signatures/i,
    ...{
      type: 'BranchProtected',
      final: true,
      remedy: 'meet the rule, or let the factory pass it in the settings of the branch',
    },
  },
  { kind: 'merge-refused', status: [405], pattern: ANYTHING, ...{ type: 'BranchProtected', final: true } },
  {
    kind: 'pull-request-exists',
    status: [422],
    pattern: /A pull request already exists/i,
    ...{ type: 'AlreadyOnForge', final: true },
  },
  {
    kind: 'ref-exists',
    status: [422],
    pattern: /Reference already exists/i,
    ...{ type: 'AlreadyOnForge', final: true },
  },
  {
    kind: 'ref-missing',
    status: [422],
    pattern: /Reference does not exist/i,
    ...{ type: 'NotFound', final: true },
  },
  {
    kind: 'no-commits',
    status: [422],
    pattern: /No commits between/i,
    ...{ type: 'NothingToMerge', final: true },
  },
  {
    kind: 'branch-missing',
    status: [422],
    pattern: /PullRequest\.(base|head) invalid|not all refs are readable|(base|head) sha can't be blank/i,
    ...{ type: 'BaseBranchMissing', final: true, remedy: 'push the branch first' },
  },
  {
    kind: 'own-pull-request',
    status: [422],
    pattern: /Can not (approve|request changes on) your own pull request/i,
    ...{ type: 'NotPermitted', final: true, remedy: 'let the factory log in as somebody else than the approver' },
  },
  {
    kind: 'line-not-in-diff',
    status: [422],
    pattern: /Line could not be resolved|must be part of the diff|Path could not be resolved/i,
    ...{ type: 'InvalidInput', final: true },
  },
  { kind: 'refused', status: [409, 422], pattern: ANYTHING, ...{ type: 'ForgeRefused', final: true } },
  { kind: 'not-found', status: [404, 410], pattern: ANYTHING, ...{ type: 'NotFound', final: true } },
  { kind: 'broken', status: [500, 502, 503, 504], pattern: ANYTHING, ...{ type: 'ForgeUnavailable', final: false } },
] as const satisfies readonly GitHubMessage[];

export type GitHubKind = (typeof GITHUB_MESSAGES)[number]['kind'];

/** The entry that an answer matches; without a status, what gh said where there was no answer. */
export function readGitHubMessage(status: number | undefined, said: string): GitHubMessage | undefined {
  return GITHUB_MESSAGES.find(
    (entry: GitHubMessage) =>
      (status === undefined ? entry.status === undefined : (entry.status?.includes(status) ?? false)) &&
      entry.pattern.test(said),
  );
}

export interface Refusal {
  /** What was asked, such as `PUT repos/a/b/pulls/1/merge`. */
  readonly asked: string;
  readonly status: number | undefined;
  readonly said: string;
  readonly retryAfterSeconds?: number | undefined;
  /** Where a redirect leads. */
  readonly location?: string | undefined;
}

/** The failure for a call that was not answered as it should be. What no entry knows is tried again for minutes. */
export function gitHubFailure({ asked, status, said, retryAfterSeconds, location }: Refusal): ApplicationFailure {
  const known = readGitHubMessage(status, said);
  const remedy = known?.remedy === undefined ? '' : ` Remedy: ${known.remedy}.`;
  const words = said.trim().slice(0, 1_000) || 'nothing';
  const answer = status === undefined ? words : `${status}: ${words}`;
  const message = `GitHub answered ${asked} with ${answer}.${remedy}`;
  const details = [{ github: known?.kind ?? 'unknown', ...(location === undefined ? {} : { location }) }];
  // Whatever the words: who is told when to come back may come back.
  if (retryAfterSeconds !== undefined) {
    return passingFailure('RateLimited', message, { details, nextRetryDelay: `${Math.ceil(retryAfterSeconds)}s` });
  }
  if (known === undefined) return failure('ForgeUnavailable', message, { details });
  return (known.final ? finalFailure : passingFailure)(known.type, message, { details });
}

/** Whether this is a failure of `gitHubFailure`, and of one of these kinds where some are named. */
export function isGitHubFailure(error: unknown, ...kinds: GitHubKind[]): error is ApplicationFailure {
  if (!(error instanceof ApplicationFailure)) return false;
  const [fact] = error.details ?? [];
  const kind = typeof fact === 'object' && fact !== null && 'github' in fact ? fact.github : undefined;
  return kind !== undefined && (kinds.length === 0 || kinds.some((each) => each === kind));
}

/** Where GitHub redirects requests for a repository by a former name. */
export function locationOf(error: unknown): string | undefined {
  if (!isGitHubFailure(error, 'moved')) return undefined;
  const [fact] = error.details ?? [];
  return (fact as { location?: string }).location;
}
