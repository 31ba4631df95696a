/** Merges a reviewed task: through its epic's lane, or, in an epic of one task, after a person's approval. */
import { ApplicationFailure, condition, getExternalWorkflowHandle } from '@temporalio/workflow';
import type { Findings } from '../../activities/change/findings.ts';
import { factory } from '../activities.ts';
import { approveAndMerge, bringBase, type Obstacle, type ReadyPullRequest } from '../approve-and-merge.ts';
import { askLaneSignal, doneLaneSignal } from '../contract/epic.ts';
import { epicWorkflowId } from '../contract/ids.ts';
import type { TaskResult } from '../contract/task.ts';
import { type Task, where } from './context.ts';
import { sendBack } from './implement.ts';
import { ensurePlace, waitAway } from './placement.ts';
import { allowProtected, allowTests, inspect, listed, newRequestId } from './protect.ts';
import { type Change, markSubmission, setOpening, unallowed } from './state.ts';
import { push } from './submit.ts';
import { verifyCommit } from './verify.ts';

/** The push of what the merge made waits for a person. */
interface Touched {
  readonly kind: 'protected';
  readonly headSha: string;
  readonly findings: Findings;
}

/** The merge, or undefined when the task went back to its Worker. */
export async function merge(task: Task, change: Change, submission: number): Promise<TaskResult | undefined> {
  if (!task.input.only && !(await allowTests(task, change))) {
    markSubmission(task.data, 'changes-requested');
    return undefined;
  }
  for (;;) {
    const outcome = task.input.only ? await mergeApproved(task, change) : await mergeInLane(task, change, submission);
    switch (outcome.kind) {
      case 'merged':
        markSubmission(task.data, 'merged');
        return { pullRequest: task.data.pullRequest?.number ?? 0, mergedSha: outcome.mergedSha };
      case 'protected':
        if (await allowProtected(task, outcome.headSha, outcome.findings)) continue;
        return undefined;
      case 'conflict':
        markSubmission(task.data, 'conflict');
        task.data.mergeParent = outcome.targetSha;
        sendBack(task, 'conflict', {
          kind: 'conflict',
          files: [...outcome.files],
          targetBranch: task.input.targetBranch,
        });
        return undefined;
      case 'red':
        markSubmission(task.data, 'red');
        sendBack(task, 'verification', { kind: 'verification', commitSha: outcome.commitSha });
        return undefined;
      case 'rejected':
        await askWhatToChange(task, outcome.answer.comment);
        return undefined;
    }
  }
}

/** The lane is given back however this ends; the epic frees it too when the task closes or is taken back. */
async function mergeInLane(task: Task, change: Change, submission: number) {
  const epic = getExternalWorkflowHandle(epicWorkflowId(task.input.epicId));
  const lane = { taskKey: task.input.task.key, submission };
  task.tell('REVIEW', 'waits for the merge lane', { kind: 'lane', reason: 'another task merges first' });
  task.wantsLane = submission;
  try {
    await epic.signal(askLaneSignal, lane);
    await condition(() => task.hasLane(submission));
    task.tell('REVIEW', 'merges into the epic’s branch');
    return await approveAndMerge({
      approvalNeeded: false,
      prepare: () => prepare(task, change),
      ask: () => Promise.reject(new Error('nobody is asked in the lane')),
      pausePoint: task.pausePoint,
      merge: (ready) => mergePullRequest(task, ready),
    });
  } finally {
    task.leaveLane(submission);
    task.wantsLane = undefined;
    await epic.signal(doneLaneSignal, lane).catch(() => undefined);
  }
}

/** What is found about its tests is a part of the question, and asks it where merges need no approval too. */
function mergeApproved(task: Task, change: Change) {
  const weakened = unallowed(task.data, change.weakened);
  const found = weakened === undefined ? '' : ` It weakens tests: ${listed(weakened)}.`;
  return approveAndMerge({
    approvalNeeded: task.input.settings.approvals.includes('merge') || weakened !== undefined,
    prepare: () => prepare(task, change),
    ask: async (ready) => {
      await waitAway(task, 'waits for a person’s approval', 'merge approval');
      const { number = 0, title = '' } = task.data.pullRequest ?? {};
      const answer = await task.requests.ask({
        requestId: newRequestId('merge', task),
        kind: 'merge',
        question: `Merge pull request #${number} “${title}” into ${task.input.targetBranch}?${found}`,
        options: ['approve', 'reject'],
        taskKey: task.input.task.key,
        pullRequest: number,
        headSha: ready.headSha,
      });
      if (answer.decision !== 'approve') return answer;
      if (weakened !== undefined) task.data.allowed.push(weakened.hash);
      await ensurePlace(task);
      return answer;
    },
    pausePoint: task.pausePoint,
    merge: (ready) => mergePullRequest(task, ready),
  });
}

/** The target in the task's branch, verified as a whole and pushed. */
async function prepare(task: Task, change: Change): Promise<ReadyPullRequest | Obstacle | Touched> {
  const { input, data } = task;
  await task.pausePoint();
  if (input.only) await bringBase(input.settings, (question) => askAboutBase(task, question));
  const merged = await task.onHost((host) =>
    host.mergeTarget(`merge ${input.targetBranch} into ${data.branch}`, {
      ...where(task),
      targetBranch: input.targetBranch,
      message: `Merge ${input.targetBranch} into ${input.task.key}`,
    }),
  );
  if (merged.kind === 'conflict') return merged;
  // From here on the task's own work is what it has beyond this.
  data.baseSha = merged.targetSha;
  if (merged.treeSha !== change.treeSha && !(await verifyCommit(task, merged.headSha))) {
    return { kind: 'red', commitSha: merged.headSha };
  }
  if (merged.headSha !== data.pullRequest?.headSha) {
    const findings = unallowed(data, (await inspect(task, merged.headSha)).protected);
    if (findings !== undefined) return { kind: 'protected', headSha: merged.headSha, findings };
    // A merge that nobody's hand was in brings nothing that was not looked at before.
    const [secret] = await push(task, merged.headSha);
    if (secret !== undefined) {
      throw ApplicationFailure.nonRetryable(
        `A secret in ${secret.file}:${secret.line} came with a merge`,
        'SecretFound',
      );
    }
    if (data.pullRequest !== undefined) data.pullRequest = { ...data.pullRequest, headSha: merged.headSha };
  }
  const { headSha, treeSha, targetSha, diffHash } = merged;
  return { kind: 'ready', headSha, treeSha, targetSha, diffHash };
}

async function mergePullRequest(task: Task, ready: ReadyPullRequest) {
  const { data, input } = task;
  const number = data.pullRequest?.number ?? 0;
  task.isMerging = true;
  const merged = await factory
    .mergePullRequest(`merge pull request #${number}`, {
      repository: input.settings.repository,
      number,
      expectedHeadSha: ready.headSha,
      expectedBaseSha: ready.targetSha,
      message: `${input.task.title} (#${number})`,
    })
    .finally(() => {
      task.isMerging = false;
    });
  if (data.pullRequest !== undefined) {
    data.pullRequest = { ...data.pullRequest, state: 'merged', mergedSha: merged.mergedSha };
  }
  if (merged.treeSha !== ready.treeSha) {
    task.decide(
      'factory',
      'failure',
      'the merged tree is not the verified one',
      `${merged.treeSha}, not ${ready.treeSha}`,
    );
  }
  return merged;
}

function askAboutBase(task: Task, question: string): Promise<unknown> {
  task.tell('REVIEW', 'the base branch conflicts', { kind: 'person', reason: question });
  const request = { kind: 'conflict' as const, question, options: ['retry', 'cancel'], taskKey: task.input.task.key };
  return task.requests.ask({ requestId: newRequestId('base', task), ...request });
}

/** A rejected merge leaves the pull request open: one more round of the same Worker, or the epic's cancellation. */
async function askWhatToChange(task: Task, comment: string | undefined): Promise<void> {
  task.tell('REVIEW', 'its merge was rejected', { kind: 'person', reason: 'what is to change?' });
  const answer = await task.requests.ask({
    requestId: newRequestId('rejected', task),
    kind: 'question',
    question: `The merge was rejected${comment === undefined ? '' : ` (“${comment}”)`}. What is to change?`,
    options: ['change', 'cancel'],
    taskKey: task.input.task.key,
  });
  const wanted = answer.answer ?? answer.comment ?? comment ?? 'The merge was rejected without a comment.';
  setOpening(task.data, { kind: 'feedback', by: answer.by, comment: wanted });
}
