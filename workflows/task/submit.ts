/** Pushes a verified change and opens its pull request: one a task, ever. */
import { factory } from '../activities.ts';
import { type Task, where } from './context.ts';
import { pullRequestBody } from './pull-request-body.ts';
import { addSubmission, type Change } from './state.ts';

/** Returns the submission's number. A later submission moves the same pull request. */
export async function submit(task: Task, change: Change): Promise<number> {
  const { data, input } = task;
  const { epicId, taskKey, repository, branch } = where(task);
  await push(task, change.headSha);
  const submission = addSubmission(data, change);
  const pullRequest = await factory.openPullRequest(`pull request of ${taskKey}`, {
    epicId,
    taskKey,
    repository,
    head: branch,
    base: input.targetBranch,
    title: input.task.title,
    body: pullRequestBody(input, change),
  });
  data.pullRequest = { ...pullRequest, headSha: change.headSha };
  task.decide(
    'WORKER',
    'transition',
    `${taskKey} submitted ${change.headSha.slice(0, 8)}`,
    change.summary.slice(0, 500),
  );
  return submission;
}

export async function push(task: Task, headSha: string): Promise<void> {
  await task.pausePoint();
  await task.onHost((host) => host.pushBranch(`push ${headSha.slice(0, 8)}`, { ...where(task), headSha }));
}
