/** Merges a pull request that is ready, the epic's own or a task's. */
import type { KnownBase } from '../../activities/git/base.ts';
import { factory } from '../activities.ts';
import type { ReadyPullRequest } from '../approve-and-merge.ts';
import type { PullRequestView } from '../contract/records.ts';

/** The workflow that owns the pull request. */
export interface Merging {
  readonly data: { pullRequest?: PullRequestView };
  /** Whether it was merged must be known before anything else happens. */
  isMerging: boolean;
}

interface MergingInput {
  readonly repository: string;
  readonly title: string;
  readonly ready: ReadyPullRequest;
  /** What the work is built on besides the branch that it goes into. */
  readonly standsOn?: KnownBase;
}

/** Answers with the merge, which the owner's view has too by then. */
export async function mergeReady(owner: Merging, { repository, title, ready, standsOn }: MergingInput) {
  const { data } = owner;
  const number = data.pullRequest?.number ?? 0;
  owner.isMerging = true;
  try {
    const merged = await factory.mergePullRequest(`merge pull request #${number}`, {
      repository,
      number,
      expectedHeadSha: ready.headSha,
      expectedBaseSha: ready.targetSha,
      message: `${title} (#${number})`,
      ...(standsOn === undefined ? {} : { standsOn }),
    });
    if (data.pullRequest !== undefined) {
      data.pullRequest = { ...data.pullRequest, state: 'merged', mergedSha: merged.mergedSha };
    }
    return merged;
  } finally {
    owner.isMerging = false;
  }
}
