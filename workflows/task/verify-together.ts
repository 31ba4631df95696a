/** Verifies a task in its turn to merge, when the checks take long together with those behind it in the line. */
import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { Stacked } from '../../activities/git/stack.ts';
import type { Follower, Proof, Standing } from '../contract/line.ts';
import { failureMessage } from '../failure.ts';
import { areNext } from '../line/state.ts';
import type { Granted } from '../line/turn.ts';
import { type Task, where } from './context.ts';
import { lossOf } from './placement.ts';
import { verifyCommit } from './verify.ts';

interface Merged {
  readonly headSha: string;
  readonly treeSha: string;
}

/** `followedBy`: those with whom it was green, and without whom nothing is known. */
interface Verified {
  readonly isGreen: boolean;
  readonly followedBy?: readonly Standing[] | undefined;
}

/**
 * Green together counts for each of those who took part, as long as what it merges are exactly these files and the others
 * still follow it. Red together blames nobody: half of them are tried, in the end it alone.
 */
export async function verifyInTurn(task: Task, merged: Merged, may: Granted): Promise<Verified> {
  await task.pausePoint();
  const proof = may.proof?.treeSha === merged.treeSha ? may.proof : undefined;
  const tried = proof === undefined && isWorthwhile(task, may) ? await verifyTogether(task, merged, may) : undefined;
  const { evidence, followedBy } = proof ?? tried ?? {};
  if (evidence !== undefined) return { isGreen: await verifyCommit(task, merged.headSha, evidence), followedBy };
  const isGreen = await verifyCommit(task, merged.headSha);
  // When it is red alone, it may be the only one.
  if (tried !== undefined && isGreen) task.turn.tellTogether({ green: [], red: tried.red });
  return { isGreen };
}

/** False when somebody with whom it was green has left the line, or its place in it, or has something else to merge. */
export async function isFollowedBy(task: Task, expected: readonly Standing[]): Promise<boolean> {
  const { followers } = await task.turn.take();
  return areNext(expected, followers);
}

/** Another worktree has to be set up for it. */
function isWorthwhile({ data, input }: Task, { followers }: Granted): boolean {
  const { fromSeconds, mostChanges } = input.settings.policy.batch;
  const { checksMs = 0, setUpMs = 0 } = data;
  const saved = Math.min(followers.length, mostChanges - 1) * checksMs;
  return saved > 0 && checksMs >= fromSeconds * 1_000 && saved >= setUpMs;
}

interface Tried {
  /** What was green with others. */
  readonly evidence?: Proof['evidence'];
  readonly followedBy?: readonly Standing[];
  /** The members that were red with it, in the smallest number. */
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
    // It took long: without those who have left, it is something else that was verified.
    if (await isFollowedBy(task, standing)) return { evidence, followedBy: standing, red };
    break;
  }
  return { red };
}

/** Those on top of the task, and what came of verifying all of them at once. */
interface Verdict {
  readonly isGreen: boolean;
  readonly stacked: readonly Stacked[];
}

/** All on top of each other, in a worktree of its own. Undefined when it cannot be done, which is not the task's fault. */
async function verifyStack(task: Task, merged: Merged, followers: readonly Follower[]): Promise<Verdict | undefined> {
  const { placement, epicId, taskKey, repository } = where(task);
  const { policy } = task.input.settings;
  const place = { epicId, name: `together-${taskKey}`, repository, placement };
  const names = followers.map(({ branch }) => branch).join(', ');
  task.tell('REVIEW', `is verified together with ${names}`);
  try {
    const { worktree, commitSha, stacked } = await task.onHost((host) =>
      host.prepareDetached(`${taskKey} with ${names}`, { ...place, commit: merged.headSha, followers }),
    );
    if (stacked.length === 0) return { isGreen: false, stacked };
    const within = { epicId, taskKey, repository, placement, worktree, policy };
    if (policy.setup !== undefined) await task.onHost((host) => host.runSetup(`set-up: ${policy.setup}`, within));
    const verified = await task.onHost((host) =>
      host.verify(`verify ${commitSha.slice(0, 8)}`, { ...within, commitSha }),
    );
    const word = verified.green ? 'green' : 'red';
    const others = stacked.map(({ branch }) => branch).join(', ');
    task.decide('factory', 'decision', `${taskKey}: the verification is ${word}`, `together with ${others}`);
    return { isGreen: verified.green, stacked };
  } catch (error) {
    if (isCancellation(error) || lossOf(task, error) === 'host-lost') throw error;
    task.decide('factory', 'decision', `${taskKey} is verified alone`, failureMessage(error));
    return undefined;
  } finally {
    const remove = () =>
      task.onHost((host) => host.removeWorktree(`worktree ${place.name}`, { ...place, discard: true }));
    // What stays holds nothing of value.
    await CancellationScope.nonCancellable(remove).catch(() => undefined);
  }
}
