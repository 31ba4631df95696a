/** A pull request as the forge has it, and what the outside says about it to the workflow that owns it: a task's, or an epic's for its own. */
import { defineSignal } from '@temporalio/workflow';
import { z } from 'zod';

/** Look now. It carries no facts and may come as often as anybody likes: the workflow reads and decides. */
export const PullRequestChanged = z.object({ number: z.number().int().positive() });
export const pullRequestChangedSignal = defineSignal<[unknown?]>('pullRequestChanged');

/** The last line of all that the factory writes on a forge. */
export const OWN_WORDS = /^<!-- factory:([a-z_-]+):[0-9a-f]{16} -->$/;

/** The commit status that carries the verdict of the factory's reviewer, since who opened a pull request may not approve it. */
export const REVIEW_STATUS = 'factory/review';

/** What records tell of it. */
export interface PullRequestView {
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly head: string;
  readonly base: string;
  readonly headSha: string;
  readonly state: 'open' | 'merged' | 'closed';
  readonly mergedSha?: string;
}

/** What a person said on it. A comment counts when it addresses the factory, a review that asks for changes always, an approval from an approver. */
export interface Feedback {
  /** Stable for ever, such as `review-12` or `comment-77`. */
  readonly id: string;
  readonly by: string;
  readonly kind: 'comment' | 'changes' | 'approval';
  readonly body: string;
  readonly path?: string;
  readonly line?: number;
  /** The commit that an approval or review is of. */
  readonly headSha?: string;
}

/** A pull request as it is now, with what people said that its reader has not heard. */
export interface SeenPullRequest extends PullRequestView {
  readonly feedback: readonly Feedback[];
}

/** What a commit's checks say. A set counts once it is complete and stable; what may not be read is pending. */
export interface Checks {
  readonly state: 'none' | 'pending' | 'green' | 'red';
  /** The names of those that are not done. Red ones are told while others are only missing, not while others run. */
  readonly pending: readonly string[];
  /** Those of the pending ones that nobody has begun on this commit. */
  readonly missing?: readonly string[];
  readonly failed: readonly FailedCheck[];
  /** While something is pending: when another look is worth its cost, unless somebody says before that something changed. */
  readonly lookAgainSeconds?: number;
}

/** A check of the forge that is red, or ended without a verdict. */
export interface FailedCheck {
  readonly name: string;
  readonly url?: string;
  /** The tail of what it printed, at most 4,000 characters. */
  readonly log: string;
  /** The base has it red too, so this pull request is not to blame. */
  readonly redOnBase: boolean;
  /** How it ended without a verdict (`cancelled`, `action_required`), for which no code is to blame. */
  readonly without?: string;
}
