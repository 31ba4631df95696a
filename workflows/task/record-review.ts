/** Keeps what a review said: its findings by criterion as evidence of the commit, and the review on the pull request. */
import { factory } from '../activities.ts';
import type { Review } from '../contract/agent.ts';
import { type Task, where } from './context.ts';
import { pullRequestBody } from './pull-request-body.ts';
import { summaryWithJudged } from './reviews.ts';
import { type HandIn, reviewerOf } from './state.ts';

/** Evidence first, since the pull request's text repeats it. Where nothing was pushed there is no pull request to tell. */
export async function recordReview(task: Task, handIn: HandIn, verdict: Review, submission: number): Promise<void> {
  const { change } = handIn;
  await recordCriteria(task, { handIn, verdict, submission });
  if (change.nothingToDo !== undefined) return;
  const { input, data } = task;
  const { epicId, taskKey, repository } = where(task);
  const describe = { epicId, taskKey, body: pullRequestBody(input, change, data.noTests) };
  await factory.reviewPullRequest(`review of submission ${submission}: ${verdict.verdict}`, {
    repository,
    number: data.pullRequest?.number ?? 0,
    // A task that runs again counts from one again.
    key: `review-${data.life.slice(-6)}-${submission}`,
    headSha: change.headSha,
    review: { ...verdict, summary: summaryWithJudged(verdict, input.task.acceptance) },
    ...(verdict.criteria === undefined ? {} : { describe }),
  });
}

async function recordCriteria(
  task: Task,
  { handIn, verdict, submission }: { readonly handIn: HandIn; readonly verdict: Review; readonly submission: number },
): Promise<void> {
  const { criteria: findings = [] } = verdict;
  if (findings.length === 0) return;
  const { epicId, taskKey } = where(task);
  const { headSha: commitSha, treeSha } = handIn.change;
  const { acceptance } = task.input.task;
  await factory.recordCriteria(`findings about ${findings.length} criteria`, {
    ...{ epicId, taskKey, commitSha, treeSha, openedBy: reviewerOf(task.data, handIn, submission) },
    findings: findings.map((one) => ({ ...one, text: acceptance[one.criterion - 1] ?? '' })),
  });
}
