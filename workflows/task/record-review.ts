/** Keeps what a review said: its findings by criterion as evidence of the commit, and the review on the pull request. */
import { factory } from '../activities.ts';
import type { Review } from '../contract/agent.ts';
import { requirePullRequest } from '../pull-request/state.ts';
import type { Task } from './context.ts';
import { noteRecorded } from './hand-in-state.ts';
import { pullRequestBody } from './pull-request-body.ts';
import { summaryWithJudged } from './reviews.ts';
import { type HandIn, reviewerOf } from './state.ts';

interface Reviewed {
  readonly handIn: HandIn;
  readonly verdict: Review;
  readonly submission: number;
}

/** Evidence first, since the pull request's text repeats it. Where nothing was pushed there is no pull request to tell. */
export async function recordReview(task: Task, reviewed: Reviewed): Promise<void> {
  const { handIn, verdict } = reviewed;
  // Without criteria nothing is waited for: epics that were started before they had to be judged go on as they began.
  if (verdict.criteria !== undefined) await recordCriteria(task, reviewed, verdict.criteria);
  if (handIn.change.nothingToDo === undefined) await commentVerdict(task, reviewed);
  noteRecorded(handIn);
}

function recordCriteria(
  task: Task,
  { handIn, submission }: Reviewed,
  criteria: NonNullable<Review['criteria']>,
): Promise<void> {
  const { epicId } = task.input;
  const { key: taskKey, acceptance } = task.input.task;
  const { headSha: commitSha, treeSha } = handIn.change;
  return factory.recordCriteria(`findings about ${criteria.length} criteria`, {
    ...{ epicId, taskKey, commitSha, treeSha, openedBy: reviewerOf(task.data, handIn, submission) },
    findings: criteria.map((one) => ({ ...one, text: acceptance[one.criterion - 1] ?? '' })),
  });
}

function commentVerdict(task: Task, { handIn, verdict, submission }: Reviewed): Promise<void> {
  const { input, data } = task;
  const { change } = handIn;
  const describe = {
    epicId: input.epicId,
    taskKey: input.task.key,
    body: pullRequestBody(input, change, data.noTests),
  };
  return factory.reviewPullRequest(`review of submission ${submission}: ${verdict.verdict}`, {
    repository: input.settings.repository,
    number: requirePullRequest(data).number,
    // A task that runs again counts from one again.
    key: `review-${data.life.slice(-6)}-${submission}`,
    headSha: change.headSha,
    review: { ...verdict, summary: summaryWithJudged(verdict, input.task.acceptance) },
    ...(verdict.criteria === undefined ? {} : { describe }),
  });
}
