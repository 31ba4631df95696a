/** Merges a reviewed task: through its epic's lane, or, in an epic of one task, after a person's approval. */
import { condition, getExternalWorkflowHandle } from '@temporalio/workflow';
import { approveAndMerge, type Obstacle } from '../approve-and-merge.ts';
import { askLaneSignal, doneLaneSignal } from '../contract/epic.ts';
import { epicWorkflowId } from '../contract/ids.ts';
import type { TaskResult } from '../contract/task.ts';
import type { ChecksObstacle } from '../pull-request/checks.ts';
import { askWhatToChange, mergeApproved } from './approved.ts';
import { check, settleChecks } from './checks.ts';
import type { Task } from './context.ts';
import { sendBack } from './implement.ts';
import { mergePullRequest, prepare, type Touched } from './prepare-merge.ts';
import { allowProtected, allowTests } from './protect.ts';
import { type Change, markSubmission } from './state.ts';

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
      case 'checks-red':
      case 'checks-held':
        if (await settleChecks(task, outcome)) continue;
        return undefined;
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
    return await approveAndMerge<Obstacle | Touched | ChecksObstacle>({
      approvalNeeded: false,
      prepare: () => prepare(task, change),
      check: (ready) => check(task, ready),
      ask: () => Promise.reject(new Error('nobody is asked in the lane')),
      pausePoint: task.pausePoint,
      merge: (ready) => mergePullRequest(task, ready),
      say: (what, reason) => task.decide('factory', 'failure', what, reason),
    });
  } finally {
    task.leaveLane(submission);
    task.wantsLane = undefined;
    await epic.signal(doneLaneSignal, lane).catch(() => undefined);
  }
}
