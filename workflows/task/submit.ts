/** Pushes a verified change and opens its pull request: one a task, ever. */
import { factory } from '../activities.ts';
import { allowedIn } from '../allowed-secrets.ts';
import type { Change, Secret } from '../contract/change.ts';
import { answerPeople } from '../pull-request/answer.ts';
import { awaitOvertaking, isOvertaken, openingOf } from '../pull-request/open.ts';
import { noteHead, setPullRequest } from '../pull-request/state.ts';
import { type Task, where } from './context.ts';
import { noteLate } from './hand-in-state.ts';
import { pullRequestBody } from './pull-request-body.ts';
import { refuseSecrets } from './secrets.ts';
import { addSubmission } from './state.ts';

/**
 * Returns the submission's number, or undefined when the change held a secret and was not pushed. A later
 * submission moves the same pull request.
 */
export async function submit(task: Task, change: Change): Promise<number | undefined> {
  const { data, input } = task;
  const { epicId, taskKey, repository, branch } = where(task);
  const secrets = await push(task, change.headSha);
  if (secrets.length > 0) {
    await refuseSecrets(task, change, secrets);
    return undefined;
  }
  const pullRequest = await factory.openPullRequest(`pull request of ${taskKey}`, {
    epicId,
    taskKey,
    repository,
    head: branch,
    base: input.targetBranch,
    title: input.task.title,
    body: pullRequestBody(input, change, data.noTests),
    ...openingOf(data),
  });
  const { headSha, summary } = change;
  if (isOvertaken(data, pullRequest)) {
    if (pullRequest.state === 'merged' && pullRequest.headSha !== headSha) noteLate(data, headSha);
    await awaitOvertaking(task, pullRequest, headSha);
  } else setPullRequest(data, { ...pullRequest, headSha });
  // Not before: what a person had to fix is done again, and hands in the same commit.
  const submission = addSubmission(data, change);
  const { number } = pullRequest;
  const wordsFor = () => `In ${headSha}: ${summary.slice(0, 2_000)}`;
  await answerPeople(data.memory, { repository, number, wordsFor, say: task.logFailure });
  task.logLine({
    actor: 'WORKER',
    kind: 'transition',
    decision: `${taskKey} submitted ${change.headSha.slice(0, 8)}`,
    reason: change.summary.slice(0, 500),
  });
  return submission;
}

/** Returns what looks like a secret; then nothing was pushed. */
export async function push(task: Task, headSha: string): Promise<readonly Secret[]> {
  await task.pausePoint();
  noteHead(task.data.memory, headSha);
  const { secretsAllowedIn } = task.input.settings.policy;
  const { secrets } = await task.onHost((host) =>
    host.pushBranch(`push ${headSha.slice(0, 8)}`, {
      ...{ ...where(task), headSha, secretsAllowedIn },
      allowedSecrets: allowedIn(task),
    }),
  );
  return secrets;
}
