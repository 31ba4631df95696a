/** Worktrees beside the task's own, which are thrown away after use. */
import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { brieflyOnHost } from '../activities.ts';
import { failureMessage } from '../failure.ts';
import { type Task, where } from './context.ts';
import { detachedName, forgetReviewWorktree } from './placement-state.ts';

/** What names a detached worktree of the task. */
export function detachedWorktree(task: Task, purpose: 'review' | 'together') {
  const { epicId, taskKey, repository, placement } = where(task);
  return { epicId, name: detachedName(taskKey, purpose), repository, placement };
}

/** A worktree that cannot be removed within minutes holds nothing of value: that is said, and changes nothing. */
export async function removeDetached(task: Task, detached: ReturnType<typeof detachedWorktree>): Promise<void> {
  const { name } = detached;
  try {
    await CancellationScope.nonCancellable(() =>
      task.onHost((host) => host.removeWorktree(`worktree ${name}`, { ...detached, discard: true }), brieflyOnHost),
    );
  } catch (error) {
    if (isCancellation(error)) throw error;
    task.logLine({
      actor: 'factory',
      kind: 'decision',
      decision: `worktree ${name} stays`,
      reason: failureMessage(error),
    });
  }
}

/** Where a task leaves its host without the step that does it, and before it is reviewed again: nobody inherits one. */
export async function dropReviewWorktree(task: Task): Promise<void> {
  if (task.data.hasReviewWorktree !== true) return;
  await removeDetached(task, detachedWorktree(task, 'review'));
  forgetReviewWorktree(task.data);
}
