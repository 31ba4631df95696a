/** Verifies a task in its turn to merge, when the checks take long together with those behind it in the line. */
import { CancellationScope } from '@temporalio/workflow';
import type { Stacked } from '../../activities/git/stack.ts';
import type { Follower } from '../contract/line.ts';
import { failureType } from '../failure.ts';
import { type Task, where } from './context.ts';
import { verifyCommit } from './verify.ts';

interface Merged {
  readonly headSha: string;
  readonly treeSha: string;
}

/**
 * True when it is green. What was green together counts as evidence for each of those who took part, as long as what they
 * merge are exactly these files. Red together blames nobody: half of them are tried, and in the end the task alone.
 */
export async function verifyInTurn(task: Task, merged: Merged, followers: readonly Follower[]): Promise<boolean> {
  const { fromSeconds, mostChanges } = task.input.settings.policy.batch;
  const takesLong = (task.data.checksMs ?? 0) >= fromSeconds * 1_000;
  const red = takesLong ? await verifyTogether(task, merged, followers.slice(0, mostChanges - 1)) : [];
  if (red === undefined) return true;
  const isGreen = await verifyCommit(task, merged.headSha);
  // When it is red alone, it may be the only one.
  if (red.length > 0) task.turn.tellTogether({ green: [], red: isGreen ? [...red] : [] });
  return isGreen;
}

/** Undefined when it is green with others; else the members that were red with it in the smallest number. */
async function verifyTogether(
  task: Task,
  merged: Merged,
  followers: readonly Follower[],
): Promise<readonly string[] | undefined> {
  let among = followers;
  let red: readonly string[] = [];
  while (among.length > 0) {
    const { isGreen, stacked } = await verifyStack(task, merged, among);
    // Those that conflict take no part, and are not to blame.
    if (isGreen === undefined) return red;
    const members = stacked.map(({ member }) => member);
    if (isGreen) {
      task.turn.tellTogether({ green: members, red: red.filter((member) => !members.includes(member)) });
      return undefined;
    }
    red = members;
    among = stacked.slice(0, Math.floor((stacked.length + 1) / 2) - 1);
  }
  return red;
}

/** All on top of each other, in a worktree of its own; `isGreen` is undefined when nobody can be put on top. */
async function verifyStack(
  task: Task,
  merged: Merged,
  followers: readonly Follower[],
): Promise<{ readonly isGreen?: boolean; readonly stacked: readonly Stacked[] }> {
  const { placement, epicId, taskKey, repository } = where(task);
  const { policy } = task.input.settings;
  const place = { epicId, name: `together-${taskKey}`, repository, placement };
  const names = followers.map(({ branch }) => branch).join(', ');
  task.tell('REVIEW', `is verified together with ${names}`);
  try {
    const made = await task.onHost((host) =>
      host.prepareDetached(`${taskKey} with ${names}`, { ...place, commit: merged.headSha, followers }),
    );
    const { worktree, commitSha, stacked } = made;
    if (stacked.length === 0) return { stacked };
    const within = { epicId, taskKey, repository, placement, worktree, policy };
    if (policy.setup !== undefined) await task.onHost((host) => host.runSetup(`set-up: ${policy.setup}`, within));
    const own = { epicId, taskKey, commitSha: merged.headSha, treeSha: merged.treeSha };
    const verified = await task.onHost((host) =>
      host.verify(`verify ${commitSha.slice(0, 8)}`, { ...within, commitSha, countsFor: [own, ...stacked] }),
    );
    const word = verified.green ? 'green' : 'red';
    const others = stacked.map(({ branch }) => branch).join(', ');
    task.decide('factory', 'decision', `${taskKey}: the verification is ${word}`, `together with ${others}`);
    return { isGreen: verified.green, stacked };
  } catch (error) {
    // Somebody else's change can be what breaks it.
    if (failureType(error) !== 'SetupFailed') throw error;
    task.decide('factory', 'decision', `${taskKey}: the set-up fails`, `together with ${names}`);
    return { isGreen: false, stacked: followers.map((follower) => ({ ...follower, commitSha: '', treeSha: '' })) };
  } finally {
    const remove = () =>
      task.onHost((host) => host.removeWorktree(`worktree ${place.name}`, { ...place, discard: true }));
    // What stays holds nothing of value.
    await CancellationScope.nonCancellable(remove).catch(() => undefined);
  }
}
