/** The epic's own work on a host: a slot and a detached worktree at one commit, both given back afterwards. */
import { CancellationScope } from '@temporalio/workflow';
import type { EpicSettings } from '../contract/settings.ts';
import type { Hold } from '../contract/states.ts';
import type { Placement } from '../contract/task.ts';
import { failureMessage, failureType } from '../failure.ts';
import { claimPlace, endCommands, leavePlace, runOnHost } from '../host.ts';
import type { Epic } from './context.ts';

/** A lost host means another place and the same work again, which every step of it allows. */
export async function withDetached<T>(
  epic: Epic,
  settings: EpicSettings,
  name: string,
  commit: string,
  work: (placement: Placement, worktree: string, commitSha: string) => Promise<T>,
): Promise<T> {
  const { data, epicId, workflowId } = epic;
  const { repository } = settings;
  for (;;) {
    const tellHold = (hold: Hold | undefined) => {
      if (hold === undefined) delete data.hold;
      else data.hold = hold;
      epic.publish();
    };
    const placement = await epic.rests.during(() => claimPlace(workflowId, data.epoch, tellHold));
    data.epoch = placement.epoch;
    const { host, sandbox = 'unknown' } = placement;
    data.sandboxes = { ...data.sandboxes, [host]: sandbox };
    const place = { epicId, name, repository, placement };
    try {
      const { worktree, commitSha } = await runOnHost(placement, (host) =>
        host.prepareDetached(`worktree ${name}`, { ...place, commit }),
      );
      return await work(placement, worktree, commitSha);
    } catch (error) {
      if (failureType(error) !== 'HostLost') throw error;
      epic.decide('factory', 'retry', `${name} is done again elsewhere`, `host ${placement.host} is lost`);
    } finally {
      await CancellationScope.nonCancellable(async () => {
        await endCommands(placement, { epicId });
        await removeDetached(epic, place);
        await leavePlace(workflowId);
      });
    }
  }
}

type Place = { epicId: string; name: string; repository: string; placement: Placement };

/** What cannot be removed is said; it holds nothing of value. */
async function removeDetached(epic: Epic, place: Place): Promise<void> {
  try {
    await runOnHost(place.placement, (host) =>
      host.removeWorktree(`worktree ${place.name}`, { ...place, discard: true }),
    );
  } catch (error) {
    epic.decide('factory', 'decision', `worktree ${place.name} stays`, failureMessage(error));
  }
}
