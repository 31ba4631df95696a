/** A task has one pull request: when an earlier life of it was merged, there is nothing left for this one to merge. */
import { factory } from '../activities.ts';
import type { TaskResult } from '../contract/task.ts';
import { setPullRequest } from '../pull-request/state.ts';
import { askUnless, isAsked, settled } from './ask.ts';
import type { Task } from './context.ts';
import { refuseRewind } from './merged-by-hand.ts';
import { resume } from './resume-question.ts';
import { untilFixedWithoutHost } from './until-fixed.ts';

/** The merge of an earlier life, once a person has said that it is what the task was to bring. */
export async function mergedBefore(task: Task): Promise<TaskResult | undefined> {
  const { input, data } = task;
  const { task: planned, feedback } = input;
  if (input.again !== true || data.epoch > 0) return undefined;
  if (isAsked(task, 'mend')) await resume(task);
  const found = await untilFixedWithoutHost(task, () => findMerged(task));
  if (found === undefined) return undefined;
  setPullRequest(data, found);
  const { number, mergedSha, base } = found;
  const into = base === input.targetBranch ? '' : ` into ${base} and not into ${input.targetBranch}`;
  task.tell('BLOCKED', 'was merged before', { kind: 'person', reason: `pull request #${number} is merged` });
  const wish = feedback === undefined ? 'What was committed since' : `What you ask for (“${feedback.slice(0, 500)}”)`;
  const question = () => ({
    kind: 'question' as const,
    question: `Pull request #${number} of task “${planned.title}” was merged before${into}, as ${mergedSha.slice(0, 12)}, and a task never gets a second pull request. ${wish} needs another task (factory add) or another epic. Choose: done (completes this task with that merge) or cancel (ends the epic).`,
    options: ['done', 'cancel'],
  });
  for (;;) {
    refuseRewind(task, `pull request #${number} is merged`);
    const answer = await askUnless(task, { kind: 'merged' }, question);
    settled(task);
    if (answer !== undefined) return { pullRequest: number, mergedSha };
  }
}

/** Its workflow was reset, or started again by a reset epic: what was merged is not done again. */
export async function mergedByFormerRun(task: Task): Promise<TaskResult | undefined> {
  const { data, input } = task;
  if (data.isMerged !== true || data.submissions.length > 0) return undefined;
  const found = await findMerged(task);
  if (found === undefined) return undefined;
  task.logLine({
    actor: 'factory',
    kind: 'decision',
    decision: `${input.task.key} was merged before`,
    reason: `pull request #${found.number}`,
  });
  return { pullRequest: found.number, mergedSha: found.mergedSha };
}

async function findMerged({ input }: Task) {
  const { epicId, task: planned, settings } = input;
  const { repository } = settings;
  const found = await factory.findPullRequest('was it merged before?', { repository, epicId, taskKey: planned.key });
  return found?.mergedSha === undefined ? undefined : { ...found, mergedSha: found.mergedSha };
}
