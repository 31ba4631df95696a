/** Where pull requests live: what the factory asks of a forge. Every call may be repeated, and ended by its signal. */
import type { KnownBase } from '../../workflows/contract/base.ts';
import type { Checks, Feedback, PullRequestView } from '../../workflows/contract/pull-request.ts';
import type { ForgeKind } from '../../workflows/contract/settings.ts';

export interface ForgePullRequest extends PullRequestView {
  /** What people with write permission said to the factory, oldest first; never its own words or a bot's. */
  readonly feedback: readonly Feedback[];
}

export interface Review {
  readonly verdict: 'approve' | 'request_changes';
  readonly summary: string;
  readonly comments: readonly { readonly path: string; readonly line?: number | undefined; readonly body: string }[];
}

export interface PullRequestRef {
  readonly repository: string;
  readonly number: number;
}

/** A read that a merge waits for: it may use the part of a forge's rate limit that is kept for merges. */
export interface Urgent {
  readonly isUrgent?: boolean;
}

export interface NewPullRequest {
  readonly repository: string;
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  /** The number of the one that the caller has, where people made others of the same branch. */
  readonly known?: number;
  /** A closed one is opened again; without it, one that somebody closed meanwhile stays closed. */
  readonly reopens?: boolean;
}

export interface Branch {
  readonly branch: string;
  readonly headSha: string;
  /** It was made now, so it holds nothing but what it was made from. */
  readonly isNew?: boolean;
}

export interface Forge {
  readonly kind: ForgeKind;
  /** Makes the repository ready for an epic and brings its base branch up to date. Without `baseBranch`, the default one. */
  openRepository(
    input: { repository: string; baseBranch?: string | undefined },
    signal?: AbortSignal,
  ): Promise<OpenedRepository>;
  /** The text of these files in a commit; those that it does not have are missing. */
  readFiles(
    input: { repository: string; commit: string; paths: readonly string[] },
    signal?: AbortSignal,
  ): Promise<Record<string, string>>;
  /** The paths of all files of a commit, as far as the forge lists them. */
  listPaths(input: { repository: string; commit: string }, signal?: AbortSignal): Promise<string[]>;
  /** Makes the branch at the head of `from`, or leaves it where it is. */
  ensureBranch(input: { repository: string; branch: string; from: string }, signal?: AbortSignal): Promise<Branch>;
  /**
   * Brings what happened outside of the factory into the base branch; one that was rewritten there is taken as it is.
   * Fails BaseRewritten when it does not hold the `known` commit any more.
   */
  updateBase(
    input: { repository: string; baseBranch: string; known?: string | undefined },
    signal?: AbortSignal,
  ): Promise<BaseUpdate>;
  /** The pull request of a head branch, closed and merged ones too. */
  findPullRequest(
    input: { repository: string; head: string },
    signal?: AbortSignal,
  ): Promise<PullRequestView | undefined>;
  /**
   * Opens a pull request; the one that the head branch already has wins: opened again if it was closed and the input
   * says so, and as it is if it was merged, whatever the branch got since.
   */
  createPullRequest(input: NewPullRequest, signal?: AbortSignal): Promise<PullRequestView>;
  /** Renews the text, unless a person wrote another one or it was merged. Opens nothing. */
  describe(input: PullRequestRef & { body: string }, signal?: AbortSignal): Promise<void>;
  readPullRequest(input: PullRequestRef & Urgent, signal?: AbortSignal): Promise<ForgePullRequest>;
  review(input: PullRequestRef & { key: string; headSha: string; review: Review }): Promise<void>;
  comment(input: PullRequestRef & { key: string; body: string }): Promise<void>;
  /** The checks of one commit: these, else those that protection of the `base` branch requires, else all that there are. */
  readChecks(
    input: PullRequestRef & Urgent & { headSha: string; required: readonly string[]; base?: string },
    signal?: AbortSignal,
  ): Promise<Checks>;
  /** Runs again what ended without a verdict, where that may help; returns the names. */
  rerunChecks(
    input: PullRequestRef & { headSha: string; required: readonly string[] },
    signal?: AbortSignal,
  ): Promise<string[]>;
  /** Answers a person in the thread of what they said, once by key. */
  answer(input: PullRequestRef & { feedbackId: string; key: string; body: string }): Promise<void>;
  /** Merges if the head is the expected commit; merged already counts as merged if that merge holds it. */
  merge(input: PullRequestRef & MergeRequest, signal?: AbortSignal): Promise<Merged>;
  close(input: PullRequestRef): Promise<void>;
  /** Takes away all checkpoint chains of an epic that has closed. Idempotent. */
  removeCheckpoints(input: { repository: string; epicId: string }, signal?: AbortSignal): Promise<void>;
  /** Brings a merged base branch, which must hold the merged commit, to where the person's repository is, and says where. */
  deliver(
    input: { repository: string; epicId: string; baseBranch: string; mergedSha: string },
    signal?: AbortSignal,
  ): Promise<Delivery>;
}

export interface MergeRequest {
  readonly expectedHeadSha: string;
  /** The branch that it was made to go into: refused as PullRequestRetargeted when somebody gave it another. */
  readonly base?: string;
  /** The base that the verified tree holds; refused as BaseMoved when it is elsewhere, where the forge can tell. */
  readonly expectedBaseSha?: string;
  readonly message: string;
  /** Another branch that the work is built on, and the commit of it: refused as BaseRewritten when it has dropped that. */
  readonly standsOn?: KnownBase;
}

export interface OpenedRepository {
  readonly baseBranch: string;
  readonly headSha: string;
}

export type BaseUpdate =
  | { readonly kind: 'unchanged' | 'moved'; readonly headSha: string }
  | { readonly kind: 'conflict'; readonly files: string[] };

export interface Merged {
  readonly mergedSha: string;
  readonly treeSha: string;
}

export interface Delivery {
  /** The branch that now holds the work. */
  readonly delivered: string;
}
