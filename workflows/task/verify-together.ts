/** Verifies a task in its turn to merge, when the checks take long together with those behind it in the line. */
import { isCancellation } from '@temporalio/workflow';
import type { Follower, Proof, Standing } from '../contract/line.ts';
import type { RanCheck, Stacked } from '../contract/verification.ts';
import { failureMessage } from '../failure.ts';
import { areNext } from '../line/order-state.ts';
import type { Granted } from '../line/turn.ts';
import { type Task, where } from './context.ts';
import { detachedWorktree, removeDetached } from './detached-worktree.ts';
import { isPlacementLost } from './placement.ts';
import { verifyCommit } from './verify.ts';

interface Merged {
  readonly headSha: string;
  readonly treeSha: string;
}

interface Verified {
  /** None when it is green. */
  readonly red: readonly RanCheck[];
  /** It was only verified together with these. */
  readonly followedBy?: readonly Standing[] | undefined;
}

/**
 * Verifies the task with those behind it when that saves time, else alone. A green result counts for each of them as long
 * as it merges exactly these files and the rest still follow it. A red one blames nobody: half of them are tried next, and
 * in the end the task alone.
 */
export async function verifyInTurn(task: Task, merged: Merged, may: Granted): Promise<Verified> {
  await task.pausePoint();
  const proof = may.proof?.treeSha === merged.treeSha ? may.proof : undefined;
  const tried = proof === undefined && isWorthwhile(task, may) ? await verifyTogether(task, merged, may) : undefined;
  const { evidence, followedBy } = proof ?? tried ?? {};
  if (evidence !== undefined) return { red: await verifyCommit(task, merged.headSha, evidence), followedBy };
  const red = await verifyCommit(task, merged.headSha);
  // When it is red alone, it may be the only one.
  if (tried !== undefined && red.length === 0) task.turn.tellTogether({ green: [], red: tried.red });
  return { red };
}

/** False when one of them has left the line, lost its place in it or has another commit to merge. */
export async function isFollowedBy(task: Task, expected: readonly Standing[]): Promise<boolean> {
  const { followers } = await task.turn.take();
  return areNext(expected, followers);
}

/** Whether it saves as much as is wanted: each of them would be set up and checked by itself. */
function isWorthwhile({ data, input }: Task, { followers }: Granted): boolean {
  const { fromSeconds, mostChanges } = input.settings.policy.batch;
  const { checksMs = 0 } = data;
  return Math.min(followers.length, mostChanges - 1) > 0 && checksMs > 0 && checksMs >= fromSeconds * 1_000;
}

interface Tried {
  /** Where it was green, with others. */
  readonly evidence?: Proof['evidence'];
  readonly followedBy?: readonly Standing[];
  /** The members of the smallest group that was red with it. */
  readonly red: string[];
}

async function verifyTogether(task: Task, merged: Merged, may: Granted): Promise<Tried> {
  const { epicId, taskKey } = where(task);
  let red: string[] = [];
  let among = may.followers.slice(0, task.input.settings.policy.batch.mostChanges - 1);
  while (among.length > 0 && !task.paused) {
    const verdict = await verifyStack(task, merged, among);
    const top = verdict?.stacked.at(-1);
    if (verdict === undefined) red = among.map(({ member }) => member);
    if (verdict === undefined || top === undefined) break;
    const standing = verdict.stacked.map(({ member, headSha }) => ({ member, headSha }));
    const members = standing.map(({ member }) => member);
    if (!verdict.isGreen) {
      red = members;
      among = verdict.stacked.slice(0, Math.floor((members.length + 1) / 2) - 1);
      continue;
    }
    const evidence = { epicId, taskKey, commitSha: top.commitSha };
    const green = verdict.stacked.map(({ treeSha }, index) => ({
      ...(standing[index] as Standing),
      ...{ treeSha, evidence, followedBy: standing.slice(index + 1) },
    }));
    red = red.filter((member) => !members.includes(member));
    task.turn.tellTogether({ green, red });
    // Somebody may have left in the meantime, and then something else was verified.
    if (await isFollowedBy(task, standing)) return { evidence, followedBy: standing, red };
    break;
  }
  return { red };
}

/** Who was put on top of the task, and whether all of them together are green. */
interface Verdict {
  readonly isGreen: boolean;
  readonly stacked: readonly Stacked[];
}

/** Verifies all of them at once in a worktree of its own. Undefined when that is not possible, which is not the task's fault. */
async function verifyStack(task: Task, merged: Merged, followers: readonly Follower[]): Promise<Verdict | undefined> {
  const { placement, epicId, taskKey, repository } = where(task);
  const { policy, policyHash } = task.input.settings;
  const detached = detachedWorktree(task, 'together');
  const names = followers.map(({ branch }) => branch).join(', ');
  task.tell('REVIEW', `is verified together with ${names}`);
  try {
    const { worktree, commitSha, stacked } = await task.onHost((host) =>
      host.prepareDetached(`${taskKey} with ${names}`, { ...detached, commit: merged.headSha, followers }),
    );
    if (stacked.length === 0) return { isGreen: false, stacked };
    const within = { epicId, taskKey, repository, placement, worktree, policy, policyHash };
    const verified = await task.onHost((host, begun) =>
      host.verify(`verify ${commitSha.slice(0, 8)}`, { ...within, commitSha, ...begun }),
    );
    const word = verified.green ? 'green' : 'red';
    const others = stacked.map(({ branch }) => branch).join(', ');
    task.logLine({
      actor: 'factory',
      kind: 'decision',
      decision: `${taskKey}: the verification is ${word}`,
      reason: `together with ${others}`,
    });
    return { isGreen: verified.green, stacked };
  } catch (error) {
    if (isCancellation(error) || isPlacementLost(error)) throw error;
    task.logLine({
      actor: 'factory',
      kind: 'decision',
      decision: `${taskKey} is verified alone`,
      reason: failureMessage(error),
    });
    return undefined;
  } finally {
    await removeDetached(task, detached);
  }
}
