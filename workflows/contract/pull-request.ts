/** What the outside says about a pull request to the workflow that owns it: a task's, or an epic's for its own. */
import { defineSignal } from '@temporalio/workflow';
import { z } from 'zod';

/** Look now. It carries no facts and may come as often as anybody likes: the workflow reads and decides. */
export const PullRequestChanged = z.object({ number: z.number().int().positive() });
export const pullRequestChangedSignal = defineSignal<[unknown?]>('pullRequestChanged');

/** The last line of all that the factory writes on a forge. */
export const OWN_WORDS = /^<!-- factory:([a-z_-]+):[0-9a-f]{16} -->$/;

/** The commit status that carries the verdict of the factory's reviewer, since who opened a pull request may not approve it. */
export const REVIEW_STATUS = 'factory/review';

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
