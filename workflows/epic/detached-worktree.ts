/** The epic's own work on a host: a slot and a detached worktree at one commit, both given back afterwards. */
import { CancellationScope, patched } from '@temporalio/workflow';
import type { Placement } from '../contract/placement.ts';
import type { EpicSettings } from '../contract/settings.ts';
import { failureMessage, failureType } from '../failure.ts';
import { claimHost, leaveHost, releaseHost } from '../host.ts';
import type { Epic } from './context.ts';
import { notePlacement } from './status-state.ts';

interface DetachedWork {
  readonly name: string;
  readonly commit: string;
  /** Those who hold all slots may wait for it, so it takes one beyond them. */
  readonly isUrgent?: boolean;
}

/** A lost host, or a worktree that somebody deleted, means another place and the same work again, which every step of it allows. */
export async function withDetached<T>(
  epic: Epic,
  settings: EpicSettings,
  { name, commit, isUrgent = false }: DetachedWork,
  work: (placement: Placement, worktree: string, commitSha: string) => Promise<T>,
): Promise<T> {
  const { data, epicId, workflowId } = epic;
  const { repository, baseBranch } = settings;
  const known = data.baseSha === undefined ? {} : { base: { branch: baseBranch, sha: data.baseSha } };
  for (let gone = 0; ; ) {
    // Histories from before kept a slot that was granted to a cancelled claim.
    const isAwaited = patched('claim-cut-off');
    const hasTurn = isUrgent || epic.turn?.isTaken() === true;
    const wish = { priority: data.input.priority, hasTurn, isAwaited };
    const claim = () => claimHost(workflowId, data.epoch, epic.setHold, wish);
    const placement = await epic.runEnd.during(claim).catch(async (error: unknown) => {
      if (isAwaited) await CancellationScope.nonCancellable(() => releaseHost(workflowId));
      throw error;
    });
    notePlacement(data, placement);
    const detached = { epicId, name, repository, placement };
    try {
      const { worktree, commitSha } = await epic.onHost(placement, (host) =>
        host.prepareDetached(`worktree ${name}`, { ...detached, commit, ...known }),
      );
      return await work(placement, worktree, commitSha);
    } catch (error) {
      const type = failureType(error);
      if (type === 'WorktreeGone') gone += 1;
      if (type !== 'HostLost' && (type !== 'WorktreeGone' || gone > settings.limits.attempts)) throw error;
      epic.logLine({
        actor: 'factory',
        kind: 'retry',
        decision: `${name} is done again`,
        reason: failureMessage(error),
      });
    } finally {
      await CancellationScope.nonCancellable(async () => {
        const worktree = { name, repository, discard: true };
        const { departures, logFailure: say } = epic;
        await leaveHost(placement, { epicId, holder: workflowId, worktree }, { departures, say });
      });
    }
  }
}
