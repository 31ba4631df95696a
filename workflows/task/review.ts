/** Has an Orchestrator agent review a submission in a detached worktree at its exact commit. */
import { ApplicationFailure, CancellationScope, isCancellation, workflowInfo } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import type { SubmitReview } from '../contract/agent.ts';
import { failureMessage, failureType } from '../failure.ts';
import { runAgent } from '../run-agent.ts';
import { type Task, where } from './context.ts';
import { sendBack } from './implement.ts';
import { orMend } from './mend.ts';
import { type Change, markSubmission, type WorkerRef } from './state.ts';

/** True when the review approves; else the Worker's next round knows what to change. */
export async function review(task: Task, change: Change, submission: number): Promise<boolean> {
  const { data, input } = task;
  await task.pausePoint();
  task.tell('REVIEW', `submission ${submission} is reviewed`);
  const { verdict, removal } = await reviewInDetached(task, change, submission);
  // The verdict is paid for: a forge that refuses it is a person's matter, not another reviewer's.
  const recording = orMend(task, () =>
    factory.reviewPullRequest(`review of submission ${submission}: ${verdict.verdict}`, {
      repository: input.settings.repository,
      number: data.pullRequest?.number ?? 0,
      // A task that runs again counts from one again.
      key: `review-${workflowInfo().runId.slice(-6)}-${submission}`,
      headSha: change.headSha,
      review: verdict,
    }),
  );
  await Promise.all([recording, removal]);
  const { summary, comments } = verdict;
  const approved = verdict.verdict === 'approve';
  task.decide('ORCHESTRATOR', 'approval', `review of ${input.task.key}: ${verdict.verdict}`, summary.slice(0, 500));
  markSubmission(data, approved ? 'approved' : 'changes-requested');
  if (!approved) sendBack(task, 'review', { kind: 'changes-requested', summary, comments });
  return approved;
}

/** `removal` is the worktree's end, under way: nobody has to wait for it before the verdict is told. */
async function reviewInDetached(task: Task, change: Change, submission: number) {
  const { epicId, repository, placement, taskKey } = where(task);
  const place = { epicId, name: `review-${taskKey}`, repository, placement };
  const prepare = () =>
    task.onHost((host) =>
      host.prepareDetached(`worktree to review ${change.headSha.slice(0, 8)}`, { ...place, commit: change.headSha }),
    );
  const [prepared, first] = await Promise.all([prepare(), openReviewer(task, `${submission}/1`)]);
  const remove = () =>
    CancellationScope.nonCancellable(() =>
      task.onHost((host) => host.removeWorktree('review worktree', { ...place, discard: true })),
    ).catch((error: unknown) => {
      if (isCancellation(error)) throw error;
      // It holds nothing of value, and the verdict stands.
      task.decide('factory', 'decision', `the worktree of a review stays`, failureMessage(error));
    });
  for (let { worktree } = prepared, gone = 1; ; gone += 1) {
    try {
      const verdict = await reviewByAny(task, change, worktree, submission, first);
      return { verdict, removal: remove() };
    } catch (error) {
      await remove();
      if (failureType(error) !== 'WorktreeGone' || gone > task.input.settings.limits.attempts) throw error;
      task.decide('factory', 'retry', `the review of ${taskKey} goes on in a new worktree`, failureMessage(error));
      ({ worktree } = await prepare());
    }
  }
}

/** A reviewer that gives up is replaced, as often as a Worker would be. */
async function reviewByAny(
  task: Task,
  change: Change,
  worktree: string,
  submission: number,
  first: WorkerRef,
): Promise<SubmitReview> {
  for (let attempt = 1, reviewer = first; ; attempt += 1) {
    try {
      return await reviewBy(task, change, worktree, reviewer);
    } catch (error) {
      if (isCancellation(error) || failureType(error) !== 'AgentGaveUp') throw error;
      task.decide('factory', 'retry', `a reviewer of ${task.input.task.key} gave up`, failureMessage(error));
      if (attempt >= task.input.settings.limits.attempts) throw error;
      reviewer = await openReviewer(task, `${submission}/${attempt + 1}`);
    }
  }
}

async function reviewBy(task: Task, change: Change, worktree: string, reviewer: WorkerRef): Promise<SubmitReview> {
  const { input, data } = task;
  const { epicId, taskKey, placement } = where(task);
  const { agentId, attempt, nextTurn: turn } = reviewer;
  const { headSha, summary, weakened } = change;
  const brief = {
    ...{ kind: 'review' as const, task: input.task, baseSha: data.baseSha ?? headSha, headSha, summary },
    ...(weakened === undefined ? {} : { weakened: weakened.lines }),
  };
  const { departures } = task;
  const place = { placement, worktree, departures, isPaused: () => task.paused, settings: input.settings };
  try {
    const { outcome } = await runAgent(
      { epicId, taskKey, purpose: 'review', agentId, attempt, turn, brief, ...place },
      task.adoptAgent,
    );
    if (outcome.kind !== 'review') throw ApplicationFailure.nonRetryable('The reviewer gave no verdict', 'AgentGaveUp');
    return outcome;
  } finally {
    task.dismissAgent();
  }
}

function openReviewer(task: Task, number: string): Promise<WorkerRef> {
  const { epicId, task: planned } = task.input;
  return factory.openTranscript(`a reviewer for ${planned.key}`, {
    epicId,
    taskKey: planned.key,
    purpose: 'review',
    openedBy: `${workflowInfo().firstExecutionRunId}/review/${number}`,
  });
}
