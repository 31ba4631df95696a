/** Where a task’s work is: its placement, its worktree, and the commits that it stands on. Pure. */
import type { Placement } from '../contract/placement.ts';
import type { PreparedWorktree } from '../contract/worktree.ts';
import { type Change, change } from '../read-only-state.ts';
import { leaveHandIn, type PlacementLoss, reopenElsewhere, type TaskData, type TaskFields } from './state.ts';

const update = (data: TaskData, fields: Change<TaskFields>): void => change<TaskFields>(data, fields);

/** A placement, whose worktree and set-up are still to be made. */
export const setPlacement = (data: TaskData, placement: Placement): void =>
  update(data, { placement, epoch: placement.epoch, isUnprepared: true });

/** The slot goes back; the worktree stays. */
export const clearPlacement = (data: TaskData): void =>
  update(data, { placement: undefined, hasReviewWorktree: undefined });

/** The name of a detached worktree. */
export const detachedName = (taskKey: string, purpose: 'review' | 'together'): string => `${purpose}-${taskKey}`;

/** The worktree of a review stays until the host is left. */
export const keepReviewWorktree = (data: TaskData): void => update(data, { hasReviewWorktree: true });
export const forgetReviewWorktree = (data: TaskData): void => update(data, { hasReviewWorktree: undefined });

export const setWorktree = (data: TaskData, made: PreparedWorktree): void => {
  const { worktree, branch, baseSha, headSha, isMerged } = made;
  update(data, { worktree, branch, baseSha, headSha, isMerged });
};

/** Set-up begins; another policy may be adopted before it has ended, which wants it again. */
export const beginSetUp = (data: TaskData): void => update(data, { setsUpAgain: undefined });
export const endSetUp = (data: TaskData): void => update(data, { isUnprepared: undefined });

/** Its work was taken over onto another base: what was handed in is verified and reviewed again. */
export function takeOver(data: TaskData, replaces: string | undefined): void {
  leaveHandIn(data);
  update(data, { mergeParent: undefined, approved: undefined, replaces });
}

/** All of it was handed in when the base was rewritten, so that it needs no round of a Worker. */
export const handInTakenOver = (data: TaskData, summary: string): void =>
  update(data, { handsInAgain: true, isTakenOver: true, summary });

/** Returns how many worktrees somebody has deleted since a person last looked. */
export function countGone(data: TaskData): number {
  const worktreesGone = data.worktreesGone + 1;
  update(data, { worktreesGone });
  return worktreesGone;
}

/**
 * The next placement has a higher epoch. What is on the forge stays approved wherever the task goes on. With
 * `keepsAnswers`, a parked agent goes on with the answers that people gave.
 */
export function losePlacement(
  data: TaskData,
  { loss, keepsAnswers }: { readonly loss: PlacementLoss; readonly keepsAnswers: boolean },
): void {
  const { approved, parkedAgent } = data;
  leaveHandIn(data);
  // The restored tree may be older than the merge; with the parent but without its content the merge would undo work.
  update(data, { placement: undefined, hasReviewWorktree: undefined, mergeParent: undefined });
  reopenElsewhere(data, loss);
  update(data, { approved, ...(keepsAnswers ? { parkedAgent } : {}) });
}

/** The target's commit whose merge lies in the worktree with conflict markers, until it is committed or dropped. */
export const meetConflict = (data: TaskData, mergeParent: string): void => update(data, { mergeParent });
export const leaveConflict = (data: TaskData): void => update(data, { mergeParent: undefined });

/** The newest commit of the target that the work holds. */
export const setBase = (data: TaskData, baseSha: string | undefined): void => update(data, { baseSha });
