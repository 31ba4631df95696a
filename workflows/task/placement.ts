/** Gives the task a host, a worktree there and what the repository's set-up makes of it. */
import { failureType } from '../failure.ts';
import { claimPlace, leavePlace } from '../host.ts';
import type { Task } from './context.ts';
import { leaveHandIn, reopenElsewhere } from './state.ts';

/** Idempotent: a task that has its place keeps it, and one whose preparation was interrupted prepares it again. */
export async function ensurePlace(task: Task): Promise<void> {
  const { data, input } = task;
  while (data.placement === undefined || data.isUnprepared === true) {
    if (data.placement === undefined) {
      task.tell('ASSIGNED', 'looks for a host');
      data.placement = await task.rests.during(() => claimPlace(task.workflowId, data.epoch, task.setHold));
      data.epoch = data.placement.epoch;
      data.isUnprepared = true;
    }
    try {
      await prepare(task);
      delete data.isUnprepared;
    } catch (error) {
      if (failureType(error) !== 'HostLost') throw error;
      losePlace(task);
    }
  }
  async function prepare({ onHost }: Task): Promise<void> {
    const { epicId, settings, targetBranch } = input;
    const { repository, policy } = settings;
    const placement = data.placement;
    if (placement === undefined) return;
    task.tell('ASSIGNED', `prepares a worktree on ${placement.host}`);
    const taskKey = input.task.key;
    if (placement.epoch > 1) {
      // It may be the host that was thought lost: its commands must not write into what is restored.
      await onHost((host) => host.endCommands('end what an earlier placement left', { epicId, taskKey }));
    }
    const made = await onHost((host) =>
      host.prepareWorktree(`worktree of ${taskKey}`, { epicId, taskKey, repository, targetBranch, placement }),
    );
    Object.assign(data, {
      worktree: made.worktree,
      branch: made.branch,
      baseSha: made.baseSha,
      isMerged: made.isMerged,
    });
    if (policy.setup === undefined) return;
    task.tell('ASSIGNED', 'runs the repository’s set-up');
    await onHost((host) =>
      host.runSetup(`set-up: ${policy.setup}`, {
        epicId,
        taskKey,
        repository,
        placement,
        worktree: made.worktree,
        policy,
      }),
    );
  }
}

/** While a person decides, which may take months, the slot goes back; the worktree stays. */
export async function waitAway(task: Task, phase: string, reason: string): Promise<void> {
  task.tell('REVIEW', phase, { kind: 'person', reason });
  await leavePlace(task.workflowId);
  delete task.data.placement;
}

/** The host is gone, or a newer place has fenced this one: the next `ensurePlace` takes another. */
export function losePlace(task: Task): void {
  const { data } = task;
  if (data.placement === undefined) return;
  task.decide('factory', 'decision', `${task.input.task.key} leaves host ${data.placement.host}`, 'the host is lost');
  delete data.placement;
  leaveHandIn(data);
  // The restored tree may be older than the merge; with the parent but without its content the merge would undo work.
  delete data.mergeParent;
  reopenElsewhere(data);
}
