/** Merges a pull request that is ready, the epic's own or a task's. */
import { patched } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import type { ReadyPullRequest } from '../approve-and-merge.ts';
import type { KnownBase } from '../contract/base.ts';
import { type EpicSettings, hasVisitors } from '../contract/settings.ts';
import { failureType } from '../failure.ts';
import type { Turn } from '../line/turn.ts';
import { runUntil } from '../run-until.ts';
import { noteMerged, type PullRequestOwner, requirePullRequest } from './state.ts';
import type { Watch } from './watch.ts';

/** Somebody was at the branch or the pull request since it was looked at; histories from before have one name for most. */
const MOVED: ReadonlySet<string> = new Set([
  ...['BranchMoved', 'HeadMoved', 'PullRequestClosed', 'PullRequestDraft', 'MergedBefore', 'AlreadyOnForge'],
  'NotAllowedNow',
]);
export const isMoved = (error: unknown): boolean => MOVED.has(failureType(error) ?? '');

/** The workflow that owns the pull request. */
export interface Merging {
  readonly data: PullRequestOwner;
  /** Whether it was merged must be known before anything else happens. */
  isMerging: boolean;
}

interface MergingInput {
  readonly settings: EpicSettings;
  readonly watch: Watch;
  /** Ends this work when the last look has brought something new, else returns. */
  readonly standBack: () => Promise<void>;
  /** False while it is paused, or under another policy than it was verified under. */
  readonly mayMerge: () => boolean;
  /** Called when it is about to be merged. */
  readonly onMerge?: () => void;
  readonly title: string;
  /** The branch that it goes into. */
  readonly base: string;
  readonly ready: ReadyPullRequest;
  /** The turn, which it has by now: a merge gives it back. */
  readonly turn: Turn;
  /** What the work is built on besides the branch that it goes into. */
  readonly standsOn?: KnownBase;
}

/**
 * Merges it unless something is new of it, which `standBack` waits for to end this work, or it may not be merged any more:
 * then undefined, and nothing was done. What visitors did is looked for first, which takes long while the forge is away:
 * `mayMerge` ends that wait, and is asked last before the merge. Without visitors the merge itself finds out: it names the
 * head and the base that it expects, and what it refuses is looked at then. Returns the merge, which the owner's view has
 * too by then.
 */
export async function mergeReady(owner: Merging, input: MergingInput) {
  const { settings, watch, standBack, mayMerge, onMerge } = input;
  const lookAgain = async () => {
    await watch.lookAgain();
    await standBack();
  };
  // Histories from before merged all the same.
  const isHeld = () => !mayMerge() && patched('held-merge');
  if (hasVisitors(settings)) await runUntil(isHeld, lookAgain);
  if (isHeld()) return undefined;
  onMerge?.();
  try {
    return await merge(owner, input);
  } catch (error) {
    if (hasVisitors(settings) || !isMoved(error)) throw error;
    await lookAgain();
    throw error;
  }
}

async function merge(owner: Merging, { settings: { repository }, title, base, ready, turn, standsOn }: MergingInput) {
  const { data } = owner;
  const { number } = requirePullRequest(data);
  owner.isMerging = true;
  try {
    const merged = await turn.leaveWith((leave) =>
      factory.mergePullRequest(`merge pull request #${number}`, {
        repository,
        number,
        base,
        expectedHeadSha: ready.headSha,
        expectedBaseSha: ready.targetSha,
        message: `${title} (#${number})`,
        leave,
        ...(standsOn === undefined ? {} : { standsOn }),
      }),
    );
    noteMerged(data, merged.mergedSha);
    return merged;
  } finally {
    owner.isMerging = false;
  }
}
