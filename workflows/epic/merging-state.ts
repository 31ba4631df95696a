/** How an epic's work comes into its base as one: what is asked, what stands in the way, and the base itself. Pure. */

import type { Obstacle } from '../approve-and-merge.ts';
import type { RewrittenBase } from '../contract/base.ts';
import { defined } from '../contract/optional-fields.ts';
import type { PullRequestView } from '../contract/pull-request.ts';
import type { PersonAnswered } from '../contract/task.ts';
import { dropApproval, noteApprovedDiff } from '../merge-state.ts';
import type { ChecksObstacle } from '../pull-request/checks.ts';
import { dropApprovals, moveHead, noteHead, noteMerged, noteReopened, setPullRequest } from '../pull-request/state.ts';
import { type Change, change } from '../read-only-state.ts';
import type { EpicData, EpicFields, EpicMerging, MergingFields } from './state.ts';

const update = (data: EpicData, fields: Change<EpicFields>): void => change<EpicFields>(data, fields);
const merge = (merging: EpicMerging, fields: Change<MergingFields>): void => change<MergingFields>(merging, fields);

/** A person is asked to approve this. */
export const noteMergeAsked = ({ merging }: EpicData, asked: NonNullable<EpicMerging['asked']>): void =>
  merge(merging, { asked });

/** An approval is for the diff that was asked about; a rejection is an obstacle. */
export function noteMergeAnswer({ merging }: EpicData, { decision, by, comment }: PersonAnswered): void {
  const { diffHash } = merging.asked ?? {};
  merge(merging, { asked: undefined });
  if (decision !== 'approve') {
    merge(merging, { obstacle: { kind: 'rejected', by, ...defined({ comment }) } });
  } else if (diffHash !== undefined) noteApprovedDiff(merging, diffHash);
}

export const noteObstacle = ({ merging }: EpicData, obstacle: Obstacle | ChecksObstacle): void =>
  merge(merging, { obstacle });

/** An approval is for a diff, and holds as long as that is the same; a rejection ends it. */
export function leaveObstacle(data: EpicData): void {
  const { approvedDiff, obstacle } = data.merging;
  const isApproved = approvedDiff !== undefined && obstacle?.kind !== 'rejected';
  update(data, { merging: isApproved ? { approvedDiff } : {} });
}

/** Merging begins again, and all that was asked and approved of it has lost its point. */
export const restartMerging = (data: EpicData): void => update(data, { merging: {} });

/** It was given for what another policy let through, or for another commit. */
export function dropMergeApproval({ merging, memory }: EpicData): void {
  dropApproval(merging);
  dropApprovals(memory);
}

/** The base has dropped what the epic is built on; what was found first counts. */
export function noteRewritten(data: EpicData, rewritten: RewrittenBase): void {
  if (data.rewritten === undefined) update(data, { rewritten });
}

/** A person has said that the epic goes on from the new base. */
export function agreeToNewBase(data: EpicData): void {
  if (data.rewritten !== undefined) update(data, { rewritten: { ...data.rewritten, isAgreed: true } });
}

/** The epic's own branch stands on the new base. */
export const takeNewBase = (data: EpicData, baseSha: string): void => update(data, { baseSha, rewritten: undefined });

/** The epic's branch holds a newer base, where the forge says which. */
export function moveBase(data: EpicData, baseSha: string): void {
  if (data.baseSha !== undefined) update(data, { baseSha });
}

/** The branch of the epic was moved, by the factory or by hand. */
export function noteMoved(data: EpicData, headSha: string): void {
  noteHead(data.memory, headSha);
  moveHead(data, headSha);
}

/** Its pull request, which is open now if it was to be opened again. */
export function noteOpened(data: EpicData, opened: PullRequestView): void {
  setPullRequest(data, opened);
  noteReopened(data.memory);
  noteHead(data.memory, opened.headSha);
}

export const setNoTests = (data: EpicData, noTests: readonly string[] | undefined): void => update(data, { noTests });

/** Its work is in the base. `isOther`: with more than what was verified. */
export const setMerged = (data: EpicData, mergedSha: string, isOther?: true): void =>
  update(data, { mergedSha, ...(isOther === true ? { otherMerge: {} } : {}) });

/** The merge that nobody had verified is not green, which a person is asked about. */
export const noteFault = (data: EpicData, fault: string): void =>
  update(data, { otherMerge: { ...data.otherMerge, fault } });
/** A person has fixed something: the newest base counts. */
export const verifyBase = (data: EpicData): void => update(data, { otherMerge: { isAgain: true } });
/** A person has taken it as it is. */
export const takeFault = (data: EpicData): void => update(data, { otherMerge: { ...data.otherMerge, isTaken: true } });
/** It is green, or there is nothing to verify it by. */
export const forgetOther = (data: EpicData): void => update(data, { otherMerge: undefined });

/** Why the source does not have what was merged; it has it once this is left out. */
export const noteUndelivered = (data: EpicData, undelivered: string | undefined): void => update(data, { undelivered });

/** What people must know of a merge that is not all that it was to be; undefined when it is. */
export function mergeFault({ settings, otherMerge, undelivered }: EpicData): string | undefined {
  const base = settings?.baseBranch ?? 'the base branch';
  const faults = [
    ...(otherMerge?.fault === undefined ? [] : [`${base} holds more than what was verified, and ${otherMerge.fault}`]),
    ...(undelivered === undefined ? [] : [`it is not delivered: ${undelivered}`]),
  ];
  return faults.join('; ') || undefined;
}

export function noteMergedByHand(data: EpicData, mergedSha: string): void {
  noteMerged(data, mergedSha);
  setMerged(data, mergedSha);
}
export const setNothingMerged = (data: EpicData, nothingMerged: string): void => update(data, { nothingMerged });

/** The task that was made of what people said on the pull request, by the ids of that. */
export function noteChange(data: EpicData, ids: readonly string[], taskKey: string): void {
  update(data, { changes: { ...data.changes, ...Object.fromEntries(ids.map((id) => [id, taskKey])) } });
}

/** One more task is to fix red checks, or a person has said how to, so that such tasks count from one again. */
export const countCheckRound = (data: EpicData): void => update(data, { checkRounds: data.checkRounds + 1 });
export const forgetCheckRounds = (data: EpicData): void => update(data, { checkRounds: 0 });
