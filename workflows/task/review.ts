/** Has an Orchestrator agent review a submission in a detached worktree at its exact commit. */
import { ApplicationFailure, isCancellation, workflowInfo } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import type { SubmitReview } from '../contract/agent.ts';
import { failureMessage, failureType } from '../place.ts';
import { runAgent } from '../run-agent.ts';
import { type Task, where } from './context.ts';
import { sendBack } from './implement.ts';
import { type Change, markSubmission } from './state.ts';

/** True when the review approves; else the Worker's next round knows what to change. */
export async function review(task: Task, change: Change, submission: number): Promise<boolean> {
  const { data, input } = task;
  await task.pausePoint();
  task.tell('REVIEW', `submission ${submission} is reviewed`);
  const verdict = await reviewInDetached(task, change, submission);
  await factory.reviewPullRequest(`review of submission ${submission}: ${verdict.verdict}`, {
    repository: input.settings.repository,
    number: data.pullRequest?.number ?? 0,
    key: `review-${submission}`,
    headSha: change.headSha,
    review: verdict,
  });
  const approved = verdict.verdict === 'approve';
  task.decide(
    'ORCHESTRATOR',
    'approval',
    `review of ${input.task.key}: ${verdict.verdict}`,
    verdict.summary.slice(0, 500),
  );
  markSubmission(data, approved ? 'approved' : 'changes-requested');
  if (!approved) {
    const { summary, comments } = verdict;
    sendBack(task, 'review', { kind: 'changes-requested', summary, comments });
  }
  return approved;
}

async function reviewInDetached(task: Task, change: Change, submission: number): Promise<SubmitReview> {
  const { epicId, repository, placement, taskKey } = where(task);
  const name = `review-${taskKey}`;
  const detached = await task.onHost((host) =>
    host.prepareDetached(`worktree to review ${change.headSha.slice(0, 8)}`, {
      epicId,
      name,
      repository,
      placement,
      commit: change.headSha,
    }),
  );
  for (let attempt = 1; ; attempt += 1) {
    try {
      const verdict = await runReviewer(task, change, detached.worktree, `${submission}/${attempt}`);
      await task.onHost((host) =>
        host.removeWorktree('review worktree', { epicId, name, repository, placement, discard: true }),
      );
      return verdict;
    } catch (error) {
      if (isCancellation(error) || failureType(error) !== 'AgentGaveUp') throw error;
      task.decide('factory', 'retry', `a reviewer of ${taskKey} gave up`, failureMessage(error));
      if (attempt >= task.input.settings.limits.attempts) throw error;
    }
  }
}

async function runReviewer(task: Task, change: Change, worktree: string, number: string): Promise<SubmitReview> {
  const { input, data } = task;
  const { epicId, taskKey, placement } = where(task);
  const reviewer = await factory.openTranscript(`a reviewer for ${taskKey}`, {
    epicId,
    taskKey,
    purpose: 'review',
    openedBy: `${workflowInfo().firstExecutionRunId}/review/${number}`,
  });
  const { agentId, attempt, nextTurn: turn } = reviewer;
  const brief = {
    kind: 'review' as const,
    task: input.task,
    baseSha: data.baseSha ?? change.headSha,
    headSha: change.headSha,
    summary: change.summary,
  };
  try {
    const { outcome } = await runAgent(
      {
        epicId,
        taskKey,
        purpose: 'review',
        agentId,
        attempt,
        turn,
        settings: input.settings,
        placement,
        worktree,
        brief,
        isPaused: () => task.paused,
      },
      task.adoptAgent,
    );
    if (outcome.kind !== 'review') throw ApplicationFailure.nonRetryable('The reviewer gave no verdict', 'AgentGaveUp');
    return outcome;
  } finally {
    task.dismissAgent();
  }
}
