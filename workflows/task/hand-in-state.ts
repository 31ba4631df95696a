/** How a hand-in comes from its Worker into the target branch. Pure. */

import type { Review, SubmitWork } from '../contract/agent.ts';
import type { Change as Work } from '../contract/change.ts';
import { defined } from '../contract/optional-fields.ts';
import type { PersonAnswered } from '../contract/task.ts';
import { noteApprovedDiff } from '../merge-state.ts';
import { moveHead } from '../pull-request/state.ts';
import { type Change, change } from '../read-only-state.ts';
import { withReview } from './reviews.ts';
import {
  type HandIn,
  type HandInFields,
  leaveHandIn,
  markSubmission,
  type TaskData,
  type TaskFields,
} from './state.ts';

const update = (data: TaskData, fields: Change<TaskFields>): void => change<TaskFields>(data, fields);

/** Each step of a hand-in rests on the one before; without that it is a mistake of ours. */
function advance(handIn: HandIn, isReady: boolean, fields: Change<HandInFields>): void {
  if (!isReady) throw new Error(`A hand-in is not ready for ${Object.keys(fields).join(', ')}`);
  change<HandInFields>(handIn, fields);
}

const isSubmitted = ({ submission }: HandIn): boolean => submission !== undefined;

/** Handed in by the Worker, and not committed yet. */
export const keepWork = (data: TaskData, uncommitted: SubmitWork): void => update(data, { uncommitted });
export const dropWork = (data: TaskData): void => update(data, { uncommitted: undefined });

/** Committed, and not verified yet. */
export const setUnverified = (data: TaskData, unverified: Work): void => update(data, { unverified });
export const dropUnverified = (data: TaskData): void => update(data, { unverified: undefined });

/** It is verified again as it is. */
export function verifyAgain(data: TaskData, work: Work): void {
  leaveHandIn(data);
  setUnverified(data, work);
}

/** What the branch has is handed in without a round of the Worker. */
export const handInAgain = (data: TaskData, summary = data.summary): void =>
  update(data, { handsInAgain: true, summary });
export const dropHandInAgain = (data: TaskData): void =>
  update(data, { handsInAgain: undefined, isTakenOver: undefined });

export function begin(data: TaskData, handIn: HandIn): HandIn {
  update(data, { handIn });
  return handIn;
}
export const drop = (data: TaskData): void => update(data, { handIn: undefined });

/** Its protected paths were looked at; the change is what of it is told from now on. */
export const clear = (handIn: HandIn, work: Work): void => advance(handIn, true, { change: work, isClear: true });

/** It is pushed and has its pull request; without a change there is nothing to push. */
export function submitAs(handIn: HandIn, submission: number): void {
  advance(handIn, handIn.isClear === true || handIn.change.nothingToDo !== undefined, { submission });
}

/** A reviewer that gave up is replaced. */
export const replaceReviewer = (handIn: HandIn): void =>
  advance(handIn, isSubmitted(handIn), { reviewers: (handIn.reviewers ?? 1) + 1 });

export const setVerdict = (handIn: HandIn, verdict: Review): void => advance(handIn, isSubmitted(handIn), { verdict });

/** The forge has the verdict too. */
export const noteRecorded = (handIn: HandIn): void =>
  advance(handIn, handIn.verdict !== undefined, { isRecorded: true });

/** Its review approves it, or has in a former life. */
export const passReview = (handIn: HandIn): void => advance(handIn, isSubmitted(handIn), { isReviewed: true });

interface Reviewed {
  readonly handIn: HandIn;
  readonly submission: number;
  readonly verdict: Review;
  /** Criteria that it could not check, in words. */
  readonly unchecked: readonly string[];
}

/** True when it was approved. */
export function noteReview(data: TaskData, { handIn, submission, verdict, unchecked }: Reviewed): boolean {
  const isApproved = verdict.verdict === 'approve';
  markSubmission(data, isApproved ? 'approved' : 'changes-requested');
  update(data, { reviews: withReview(data.reviews ?? [], submission, handIn.change, verdict) });
  if (isApproved && unchecked.length > 0) advance(handIn, true, { change: { ...handIn.change, unchecked } });
  if (isApproved) update(data, { approved: handIn.change });
  return isApproved;
}

/** The latest review saw the same files before; the Worker is told once. */
export function noteCameBack(data: TaskData): void {
  const { reviews = [] } = data;
  const latest = reviews.at(-1);
  if (latest !== undefined) update(data, { reviews: reviews.with(-1, { ...latest, cameBack: true }) });
}

/** A person approves the merge of this diff, and what they were told of its tests. */
export function approveMerge(
  data: TaskData,
  { diffHash, weakened }: { readonly diffHash: string; readonly weakened?: string | undefined },
): void {
  const { handIn, approved, allowed } = data;
  if (handIn === undefined) return;
  noteApprovedDiff(handIn.merging, diffHash);
  if (approved !== undefined) update(data, { approved: { ...approved, approvedDiff: diffHash } });
  if (weakened !== undefined) update(data, { allowed: [...allowed, weakened] });
}

/** Nobody is asked yet how it goes on; the question must not be lost before it is. */
export function rejectMerge({ handIn }: TaskData, { by, comment }: PersonAnswered): void {
  if (handIn !== undefined) advance(handIn, isSubmitted(handIn), { rejected: { by, ...defined({ comment }) } });
}

/** Its branch was pushed with a merge of the factory's own: the review stands, of these files where `treeSha` says so. */
export function notePushedMerge(
  data: TaskData,
  { headSha, treeSha }: { readonly headSha: string; readonly treeSha?: string | undefined },
): void {
  const { approved } = data;
  moveHead(data, headSha);
  if (approved !== undefined) {
    update(data, { approved: { ...approved, headSha, treeSha: treeSha ?? approved.treeSha } });
  }
}

/** It was handed in when its pull request had been merged by hand, which has left it out. */
export const noteLate = (data: TaskData, late: string): void => update(data, { late });

/** What it asks for is there already. */
export const setNothingToDo = (data: TaskData, nothingToDo: string): void => update(data, { nothingToDo });
