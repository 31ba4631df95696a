/** Has an Orchestrator agent review a submission in a detached worktree at its exact commit. */
import { ApplicationFailure, isCancellation } from '@temporalio/workflow';
import type { Review } from '../contract/agent.ts';
import type { Change } from '../contract/change.ts';
import { failureMessage, failureType, isAgentsOwn } from '../failure.ts';
import { type Task, where } from './context.ts';
import { criteriaCounts, uncheckedCriteria } from './criteria-words.ts';
import { detachedWorktree, dropReviewWorktree, removeDetached } from './detached-worktree.ts';
import { noteReview, replaceReviewer, setVerdict } from './hand-in-state.ts';
import { ensurePlacement } from './placement.ts';
import { keepReviewWorktree } from './placement-state.ts';
import { recordReview } from './record-review.ts';
import { earlierReviews, openFindings, summaryWithJudged } from './reviews.ts';
import { runRound } from './round.ts';
import { sendBack } from './send-back.ts';
import { type HandIn, reviewerOf } from './state.ts';
import { cameBackUnchanged } from './unchanged-submission.ts';
import { isFixable, untilFixed } from './until-fixed.ts';

/** True when the review approves; else the Worker's next round knows what to change. */
export const reviewUntilFixed = (task: Task, handIn: HandIn, submission: number): Promise<boolean> =>
  untilFixed(task, () => review(task, handIn, submission), {
    words: 'another reviewer begins',
    act: () => replaceReviewer(handIn),
  });

async function review(task: Task, handIn: HandIn, submission: number): Promise<boolean> {
  const { data, input } = task;
  await task.pausePoint();
  if (handIn.verdict === undefined && cameBackUnchanged(task, handIn)) return false;
  task.tell('REVIEW', `submission ${submission} is reviewed`);
  // The verdict is paid for: a forge that refuses it is a person's matter, not another reviewer's.
  let refusal = handIn.verdict === undefined ? await reviewAndRecord(task, handIn, submission) : undefined;
  const verdict = handIn.verdict as Review;
  if (handIn.isRecorded !== true) {
    await untilFixed(task, () => {
      const known = refusal;
      refusal = undefined;
      return known === undefined ? recordReview(task, { handIn, verdict, submission }) : Promise.reject(known);
    });
  }
  const summary = summaryWithJudged(verdict, input.task.acceptance);
  const { criteria, ...rest } = verdict;
  const reason = `${summaryWithJudged(rest).slice(0, 500)}${criteriaCounts(criteria)}`;
  task.logLine({
    actor: 'ORCHESTRATOR',
    kind: 'approval',
    decision: `review of ${input.task.key}: ${verdict.verdict}`,
    reason,
  });
  const unchecked = uncheckedCriteria(criteria, input.task.acceptance);
  const approved = noteReview(data, { handIn, submission, verdict, unchecked });
  if (!approved) {
    const older = (data.reviews ?? []).slice(0, -1).flatMap(({ findings }) => findings);
    const opening = { kind: 'changes-requested' as const, summary, comments: [...verdict.comments, ...older] };
    sendBack(task, { setback: 'review', opening });
  }
  return approved;
}

/** Nobody waits for the end of the worktree before the verdict is told; returns a refusal of it that a person can fix. */
async function reviewAndRecord(task: Task, handIn: HandIn, submission: number): Promise<Error | undefined> {
  const { verdict, removal } = await reviewInDetached(task, handIn, submission);
  setVerdict(handIn, verdict);
  const [recorded] = await Promise.allSettled([recordReview(task, { handIn, verdict, submission }), removal]);
  if (recorded.status === 'fulfilled') return undefined;
  if (!isFixable(recorded.reason)) throw recorded.reason;
  return recorded.reason;
}

/** `removal` is the worktree's end, under way where it does not wait until the task leaves its host. */
async function reviewInDetached(task: Task, handIn: HandIn, submission: number) {
  await ensurePlacement(task);
  const { headSha } = handIn.change;
  const { taskKey } = where(task);
  const detached = detachedWorktree(task, 'review');
  const prepare = async () => {
    const wish = { ...detached, commit: headSha, goesWithHost: true } as const;
    const made = await task.onHost((host) => host.prepareDetached(`worktree to review ${headSha.slice(0, 8)}`, wish));
    if (made.goesWithHost === true) keepReviewWorktree(task.data);
    return made.worktree;
  };
  // What was made before there was such a wish is removed at once.
  const isKept = () => task.data.hasReviewWorktree === true;
  const remove = () => (isKept() ? dropReviewWorktree(task) : removeDetached(task, detached));
  await dropReviewWorktree(task);
  for (let worktree = await prepare(), gone = 1; ; gone += 1) {
    try {
      const verdict = await reviewByAny(task, { handIn, worktree, submission });
      return isKept() ? { verdict } : { verdict, removal: remove() };
    } catch (error) {
      await remove();
      if (failureType(error) !== 'WorktreeGone' || gone > task.input.settings.limits.attempts) throw error;
      task.logLine({
        actor: 'factory',
        kind: 'retry',
        decision: `the review of ${taskKey} goes on in a new worktree`,
        reason: failureMessage(error),
      });
      worktree = await prepare();
    }
  }
}

/** A reviewer that gives up is replaced, as often as a Worker would be. */
async function reviewByAny(
  task: Task,
  { handIn, worktree, submission }: { readonly handIn: HandIn; readonly worktree: string; readonly submission: number },
): Promise<Review> {
  for (;;) {
    const attempt = handIn.reviewers ?? 1;
    try {
      const openedBy = reviewerOf(task.data, handIn, submission);
      return await reviewBy(task, { change: handIn.change, worktree, openedBy });
    } catch (error) {
      if (isCancellation(error) || !isAgentsOwn(error)) throw error;
      task.logLine({
        actor: 'factory',
        kind: 'retry',
        decision: `a reviewer of ${task.input.task.key} gave up`,
        reason: failureMessage(error),
      });
      if (attempt >= task.input.settings.limits.attempts) throw error;
      replaceReviewer(handIn);
    }
  }
}

interface Reviewing {
  readonly change: Change;
  readonly worktree: string;
  /** Names the wish for the reviewer. */
  readonly openedBy: string;
}

async function reviewBy(task: Task, { change, worktree, openedBy }: Reviewing): Promise<Review> {
  const { input, data } = task;
  const { epicId, taskKey, placement } = where(task);
  const { headSha, summary, weakened, uncompared, left, nothingToDo } = change;
  const { reviews = [] } = data;
  const judgesCriteria = input.settings.judgesCriteria === true && input.task.acceptance.length > 0;
  const brief = {
    ...{ kind: 'review' as const, task: input.task, baseSha: data.baseSha ?? headSha, headSha, summary },
    ...(weakened === undefined ? {} : { weakened: weakened.lines }),
    ...(uncompared === undefined ? {} : { uncompared }),
    ...(left === undefined ? {} : { left }),
    ...(nothingToDo === undefined ? {} : { nothingToDo }),
    ...(reviews.length === 0 ? {} : { earlier: earlierReviews(reviews, summary) }),
    ...(data.ignoredFiles === undefined ? {} : { ignored: data.ignoredFiles }),
    ...(judgesCriteria ? { judgesCriteria } : {}),
  };
  const criteria = judgesCriteria ? { criteria: input.task.acceptance } : {};
  const mustJudge = openFindings(reviews).map(({ id }) => id);
  const { departures } = task;
  const detached = { placement, worktree, departures, isPaused: () => task.paused, settings: input.settings };
  const { outcome } = await runRound(task, () => ({
    ...{ epicId, taskKey, purpose: 'review', openedBy, brief, mustJudge, ...criteria, ...detached },
  }));
  if (outcome.kind !== 'review') throw ApplicationFailure.nonRetryable('The reviewer gave no verdict', 'AgentGaveUp');
  return outcome;
}
