/** Merges a reviewed task: through its epic's lane, or, in an epic of one task, after a person's approval. */
import { getExternalWorkflowHandle } from '@temporalio/workflow';
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
import { type HandIn, markSubmission } from './state.ts';

/** The merge, or undefined when the task went back to its Worker. */
export async function merge(task: Task, handIn: HandIn, submission: number): Promise<TaskResult | undefined> {
  const { change } = handIn;
  if (!task.input.only && !(await allowTests(task, change))) {
    markSubmission(task.data, 'changes-requested');
    return undefined;
  }
  for (;;) {
    const outcome = task.input.only ? await mergeApproved(task, handIn) : await mergeInLane(task, handIn, submission);
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
        await askWhatToChange(task, handIn.rejected ?? {});
        return undefined;
    }
  }
}

/** The lane is given back however this ends; the epic frees it too when the task closes or is taken back. */
async function mergeInLane(task: Task, { change, merging }: HandIn, submission: number) {
  const { data } = task;
  const epic = getExternalWorkflowHandle(epicWorkflowId(task.input.epicId));
  const lane = { taskKey: task.input.task.key, submission };
  if (data.lane?.submission !== submission) data.lane = { submission, isGranted: false };
  try {
    if (!data.lane.isGranted) {
      task.tell('REVIEW', 'waits for the merge lane', { kind: 'lane', reason: 'another task merges first' });
      await epic.signal(askLaneSignal, lane);
      await task.rests.until(() => data.lane?.isGranted === true);
    }
    task.tell('REVIEW', 'merges into the epic’s branch');
    return await approveAndMerge<Obstacle | Touched | ChecksObstacle>({
      approvalNeeded: false,
      memory: merging,
      prepare: () => prepare(task, change),
      check: (ready) => check(task, ready),
      ask: () => Promise.reject(new Error('nobody is asked in the lane')),
      pausePoint: task.pausePoint,
      merge: (ready) => mergePullRequest(task, ready),
      say: (what, reason) => task.decide('factory', 'failure', what, reason),
    });
  } finally {
    delete data.lane;
    await epic.signal(doneLaneSignal, lane).catch(() => undefined);
  }
}
