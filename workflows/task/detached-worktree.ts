/** Worktrees beside the task's own, which are thrown away after use. */
import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { failureMessage } from '../failure.ts';
import { type Task, where } from './context.ts';
import { detachedName } from './placement-state.ts';

/** What names a detached worktree of the task. */
export function detachedWorktree(task: Task, purpose: 'review' | 'together') {
  const { epicId, taskKey, repository, placement } = where(task);
  return { epicId, name: detachedName(taskKey, purpose), repository, placement };
}

/** A worktree that cannot be removed holds nothing of value: that is said, and changes nothing. */
export async function removeDetached(task: Task, detached: ReturnType<typeof detachedWorktree>): Promise<void> {
  const { name } = detached;
  try {
    await CancellationScope.nonCancellable(() =>
      task.onHost((host) => host.removeWorktree(`worktree ${name}`, { ...detached, discard: true })),
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
