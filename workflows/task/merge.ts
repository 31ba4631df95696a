/** Merges a reviewed task in its turn, in an epic of one task after a person's approval. */
import { approveAndMerge, type ConflictObstacle, type MergeOutcome, type Obstacle } from '../approve-and-merge.ts';
import type { Change } from '../contract/change.ts';
import { defined } from '../contract/optional-fields.ts';
import type { TaskResult } from '../contract/task.ts';
import { fewIgnored } from '../ignored-files.ts';
import type { ChecksObstacle } from '../pull-request/checks.ts';
import { requirePullRequest } from '../pull-request/state.ts';
import { isNobodysFault } from './base-red.ts';
import { settleChecks } from './checks.ts';
import type { Task } from './context.ts';
import { askWhatToChange, mergeApproved } from './merge-with-approval.ts';
import { meetConflict } from './placement-state.ts';
import { mergeSteps, type Touched } from './prepare-merge.ts';
import { allowProtected, allowTests } from './protect.ts';
import { sendBack } from './send-back.ts';
import { type HandIn, markSubmission } from './state.ts';

/** So much of it goes into the briefs of tasks that build on this one. */
const MOST_OF_SUMMARY = 1_000;

type Merged = Extract<MergeOutcome<Obstacle>, { kind: 'merged' }>;

/** The merge, or undefined when the task went back to its Worker. */
export async function merge(task: Task, handIn: HandIn): Promise<TaskResult | undefined> {
  const { change } = handIn;
  if (!task.isSingle && !(await allowTests(task, change))) {
    markSubmission(task.data, 'changes-requested');
    return undefined;
  }
  for (;;) {
    const outcome = task.isSingle ? await mergeApproved(task, handIn) : await mergeReviewed(task, handIn);
    switch (outcome.kind) {
      case 'merged':
        markSubmission(task.data, 'merged');
        return resultOf(task, change, outcome);
      case 'checks-red':
      case 'checks-held':
        if (await settleChecks(task, outcome)) continue;
        return undefined;
      case 'protected':
        if (await allowProtected(task, { ...handIn.change, headSha: outcome.headSha }, outcome.findings)) continue;
        return undefined;
      case 'conflict':
        markSubmission(task.data, 'conflict');
        meetConflict(task.data, outcome.targetSha);
        sendBack(task, {
          setback: 'conflict',
          opening: { kind: 'conflict', ...conflictFacts(outcome), targetBranch: task.input.targetBranch },
        });
        return undefined;
      case 'red':
        if (await isNobodysFault(task, outcome.commitSha, outcome.red ?? [])) continue;
        markSubmission(task.data, 'red');
        sendBack(task, { setback: 'verification', opening: { kind: 'verification', commitSha: outcome.commitSha } });
        return undefined;
      case 'rejected':
        await askWhatToChange(task, handIn.rejected ?? {});
        return undefined;
    }
  }
}

function resultOf({ data }: Task, change: Change, { mergedSha, isOther }: Merged): TaskResult {
  const { ignoredFiles } = data;
  const summary = change.summary.slice(0, MOST_OF_SUMMARY);
  const { left: kept, unchecked } = change;
  const left = { ...(kept === undefined ? {} : { left: kept }), ...(unchecked === undefined ? {} : { unchecked }) };
  const { number: pullRequest } = requirePullRequest(data);
  const merged = { pullRequest, mergedSha, summary, ...left, ...defined({ isOther }) };
  return ignoredFiles === undefined ? merged : { ...merged, ignoredFiles: fewIgnored(ignoredFiles) };
}

const conflictFacts = ({ files, conflicts = [], headSha, targetSha }: ConflictObstacle) => ({
  ...{ files: [...files], conflicts },
  ...(headSha === undefined ? {} : { sides: { task: headSha, base: targetSha } }),
});

function mergeReviewed(task: Task, { change, merging }: HandIn) {
  return approveAndMerge<Obstacle | Touched | ChecksObstacle>({
    approvalNeeded: false,
    memory: merging,
    ...mergeSteps(task, change),
    ask: () => Promise.reject(new Error('nobody is asked about a task of several')),
  });
}
