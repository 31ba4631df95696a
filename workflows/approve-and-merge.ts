/** Brings the base in, verifies, asks a person, merges: the same for an epic's pull request and a one-task epic's. */
import { ApplicationFailure, patched } from '@temporalio/workflow';
import { transfers } from './activities.ts';
import type { Conflict } from './contract/conflict.ts';
import type { Standing } from './contract/line.ts';
import { defined } from './contract/optional-fields.ts';
import type { EpicSettings } from './contract/settings.ts';
import type { PersonAnswered } from './contract/task.ts';
import type { RanCheck } from './contract/verification.ts';
import { failureType } from './failure.ts';
import type { Granted, Turn } from './line/turn.ts';
import { forgetRefusals, type MergeMemory, noteApprovedDiff, noteRefusal } from './merge-state.ts';
import { BASE_MOVES } from './options.ts';
import { isLong, type RunEnd } from './run-end.ts';
import { runUntil } from './run-until.ts';

/** A pull request that holds its base and is verified. `diffHash` names its own diff, whatever the base. */
export interface ReadyPullRequest {
  readonly kind: 'ready';
  readonly headSha: string;
  readonly treeSha: string;
  readonly targetSha: string;
  readonly diffHash: string;
  /** The policy that it was verified under. */
  readonly policyHash: string;
  /** It was verified together with these only, which follow it in the line. */
  readonly followedBy?: readonly Standing[] | undefined;
}

export type Obstacle =
  | ConflictObstacle
  | { readonly kind: 'red'; readonly commitSha: string; readonly red?: readonly RanCheck[] };

export interface ConflictObstacle {
  readonly kind: 'conflict';
  readonly files: readonly string[];
  /** The first of them, with what both sides did. */
  readonly conflicts?: readonly Conflict[];
  /** The two commits of the merge. */
  readonly headSha?: string;
  readonly targetSha: string;
}

/** For people: each path with the kind of its conflict. */
export const conflictWords = ({ files, conflicts = [] }: ConflictObstacle): string =>
  (conflicts.length === 0 ? files : conflicts.map(({ path, kind }) => `${path} (${kind})`)).join(', ') || 'some files';

/** It conflicts with the base while others settle their conflicts: it is tried again when the base holds those. */
export interface Behind {
  readonly kind: 'behind';
}

/** `Other` is what else keeps this pull request from being merged. */
export interface MergeJob<Other extends { readonly kind: string }> {
  readonly approvalNeeded: boolean;
  readonly memory: MergeMemory;
  /** Its place in the line to the base branch. */
  readonly turn: Turn;
  /** The run may end between two tries. */
  readonly runEnd: RunEnd;
  /** Merges the base into the head branch, verifies what came out and pushes it, when the base moved. */
  readonly prepare: (may: Granted) => Promise<ReadyPullRequest | Other | Behind>;
  /** Waits for the forge's checks of it; what they hold it up with. */
  readonly check: (ready: ReadyPullRequest) => Promise<Other | undefined>;
  readonly ask: (ready: ReadyPullRequest) => Promise<PersonAnswered>;
  readonly isPaused: () => boolean;
  readonly pausePoint: () => Promise<void>;
  /** Whether those that it was verified with still follow it. */
  readonly stands?: (ready: ReadyPullRequest) => Promise<boolean>;
  /** Merges with the expected head and base; undefined when it was paused, or put under another policy, before that began. */
  readonly merge: (ready: ReadyPullRequest) => Promise<{ mergedSha: string; treeSha: string } | undefined>;
  /** Receives what people should know. */
  readonly say: (what: string, reason: string) => void;
}

export type MergeOutcome<Other> =
  /** `isOther`: what came out is not the tree that was verified. */
  | { readonly kind: 'merged'; readonly mergedSha: string; readonly isOther?: true }
  | { readonly kind: 'rejected'; readonly answer: PersonAnswered }
  | Other;

/**
 * An approval is for the diff that the person saw: it is asked for before the turn to merge, so that nobody waits for a
 * person meanwhile. In its turn the base is merged in and verified again where it moved, and the approval stands when the
 * pull request's own diff is unchanged; any other push asks again.
 */
export async function approveAndMerge<Other extends { readonly kind: string }>(
  job: MergeJob<Other>,
): Promise<MergeOutcome<Other>> {
  const { memory } = job;
  for (;;) {
    if (job.approvalNeeded) {
      // Asked for by a run that ended: nobody waits for it while this one looks and asks again.
      if (job.turn.isTaken()) await job.turn.leave();
      const ready = await job.prepare({ settles: true, followers: [], proof: undefined });
      if (!isReady(ready)) return ready as Other;
      const held = await job.check(ready);
      if (held !== undefined) return held;
      if (memory.approvedDiff !== ready.diffHash) {
        const answer = await job.ask(ready);
        if (answer.decision !== 'approve') return { kind: 'rejected', answer };
        noteApprovedDiff(memory, ready.diffHash);
      }
    }
    const outcome = await mergeInTurn(job);
    if (outcome !== undefined) return outcome;
  }
}

/** Undefined when its diff is not the approved one any more. */
async function mergeInTurn<Other extends { readonly kind: string }>(
  job: MergeJob<Other>,
): Promise<MergeOutcome<Other> | undefined> {
  const { turn } = job;
  let isInConflict = false;
  try {
    for (let isBehind = false; ; isBehind = true) {
      const outcome = await holdTurn(job, await turn.take(isBehind));
      isInConflict = outcome?.kind === 'conflict';
      if (outcome === undefined || !isBehindOthers(outcome)) return outcome;
      await turn.leave();
    }
  } finally {
    await turn.leave(isInConflict);
  }
}

/** The turn is held while checks of the forge run, as they are of what is merged; nobody holds it while paused. */
async function holdTurn<Other extends { readonly kind: string }>(
  job: MergeJob<Other>,
  may: Granted,
): Promise<MergeOutcome<Other | Behind> | undefined> {
  const { memory } = job;
  for (;;) {
    const ready = await job.prepare(may);
    if (!isReady(ready)) return ready;
    if (job.approvalNeeded && memory.approvedDiff !== ready.diffHash) return undefined;
    const checked = await runUntil(job.isPaused, () => job.check(ready));
    if (checked?.result !== undefined) return checked.result;
    await job.pausePoint();
    if (checked === undefined || (await job.stands?.(ready)) === false) continue;
    // Histories from before went on to the merge.
    if (job.isPaused() && patched('held-merge')) continue;
    try {
      const merged = await job.merge(ready);
      if (merged === undefined) continue;
      const { mergedSha, treeSha } = merged;
      // Not every forge can be told which base is expected, so what came out is looked at.
      if (treeSha === ready.treeSha) return { kind: 'merged', mergedSha };
      job.say('the merged tree is not the verified one', `${treeSha}, not ${ready.treeSha}`);
      return { kind: 'merged', mergedSha, isOther: true };
    } catch (error) {
      // Somebody who stands in no line was faster; what there is now is looked at again, where a conflict is found as one.
      const type = failureType(error);
      const isOnceMore = type === 'MergeConflict' && memory.refusedHead !== ready.headSha;
      if (type !== 'BaseMoved' && !isOnceMore) throw error;
      await settleRefusal(job, ready);
    }
  }
}

/** Tries that a busy base refuses fill no history, and after some a person is asked, which gives the turn back. */
async function settleRefusal<Other extends { readonly kind: string }>(
  { memory, turn, runEnd }: MergeJob<Other>,
  { headSha }: ReadyPullRequest,
): Promise<void> {
  const refusals = noteRefusal(memory, headSha);
  const isEnough = refusals >= BASE_MOVES;
  const mayRest = runEnd.isParkWanted() || isLong();
  // Histories from before went on here.
  if (!(isEnough || mayRest) || !patched('busy-base')) return;
  if (isEnough) {
    forgetRefusals(memory);
    const message = `The base moved ${refusals} times in a row while this was verified with it: others merge faster than that`;
    throw ApplicationFailure.nonRetryable(message, 'BaseMoved');
  }
  await turn.leave();
  await runEnd.pass();
}

const isBehindOthers = <Other>(outcome: Other | Behind): outcome is Behind =>
  (outcome as { readonly kind: string }).kind === 'behind';
const isReady = (outcome: { readonly kind: string }): outcome is ReadyPullRequest => outcome.kind === 'ready';

/**
 * Brings the source's newest base into the forge. When the two conflict, only a person can fix it, in the source: `ask`
 * is called with the question and answered when it is worth another look. Fails BaseRewritten when the base has dropped
 * the `known` commit.
 */
export async function bringBase(
  settings: EpicSettings,
  known: string | undefined,
  ask: (question: string) => Promise<unknown>,
): Promise<void> {
  const { repository, baseBranch } = settings;
  for (;;) {
    const wanted = { repository, baseBranch, ...defined({ known }) };
    const base = await transfers.updateBase(`the newest ${baseBranch}`, wanted);
    if (base.kind !== 'conflict') return;
    const files = base.files.join(', ') || 'some files';
    await ask(
      `${baseBranch} of ${repository} and what the factory merged conflict in ${files}. Merge them in the repository, then retry.`,
    );
  }
}
