/** What people decide about single tasks: retry, skip, cancel, add; going back to an earlier turn has a file of its own. */
import {
  AddTask,
  addTaskUpdate,
  already,
  cancelTaskUpdate,
  done,
  retryTaskUpdate,
  skipTaskUpdate,
  TaskMessage,
} from '../contract/epic.ts';
import { type Handlers, refuse } from '../handlers.ts';
import { settlePolicy } from './adopt-policy.ts';
import type { Epic } from './context.ts';
import { decideFailed } from './decide-failed.ts';
import { addTask as addPlanned } from './plan-state.ts';
import { openAbout } from './requests.ts';
import { addedInSequence, addingProblem, isAdded } from './revision.ts';
import { findTask, isPlanned, isSingle, type TaskEntry } from './state.ts';
import { isEnded, isRunning, isWaiting } from './task-graph.ts';
import { askToCancel, cancel, takeCancellation } from './task-state.ts';

/** Past the tasks, one that starts would be merged by nobody. */
export function requireTaskStage({ data }: Epic): void {
  if (data.stage !== 'merging') return;
  refuse(
    'EpicMerging',
    'All tasks are done and merged together; reject the merge with a change, or submit another epic',
  );
}

/** Cancelling ends the Supervisor agent too. */
export function requireNotJudged(entry: TaskEntry | undefined, decision: string): void {
  if (entry?.triage === undefined) return;
  refuse(
    'TaskRunning',
    `"${entry.task.key}" has failed, and the Supervisor judges it now. To decide yourself, cancel it first, then ${decision} it`,
  );
}

export function registerTaskMessages(epic: Epic, { onUpdate }: Handlers) {
  const { data } = epic;

  onUpdate(
    retryTaskUpdate,
    TaskMessage,
    ({ taskKey }) => {
      const entry = findTask(data, taskKey) ?? refuse('NotFound', `There is no task "${taskKey}" in this epic`);
      if (entry.state === 'COMPLETED') refuse('TaskEnded', `"${taskKey}" is completed already`);
      requireNotJudged(entry, 'retry');
      requireTaskStage(epic);
    },
    async ({ taskKey, by, comment }) => {
      const entry = findTask(data, taskKey);
      if (entry === undefined || !isEnded(entry)) return already(`"${taskKey}" has not ended`);
      const request = openAbout(data.requests, taskKey, 'retry');
      const left = await settlePolicy(epic, request, { decision: 'retry', by });
      if (left !== undefined) return already(left);
      // Somebody else may have decided while factory.yaml was read.
      const now = data.requests.find(({ requestId }) => requestId === request?.requestId);
      if (!isEnded(entry) || now?.state === 'answered') return already(`"${taskKey}" was decided about before`);
      requireTaskStage(epic);
      await decideFailed(epic, { taskKey, decision: 'retry', by, comment });
      return done(`"${taskKey}" starts again`);
    },
  );

  onUpdate(
    skipTaskUpdate,
    TaskMessage,
    ({ taskKey }) => {
      const entry = findTask(data, taskKey) ?? refuse('NotFound', `There is no task "${taskKey}" in this epic`);
      requireNotJudged(entry, 'skip');
      if (isRunning(entry)) refuse('TaskRunning', `"${taskKey}" is running; cancel it first`);
      if (entry.state === 'COMPLETED') refuse('TaskEnded', `"${taskKey}" is completed already`);
    },
    async ({ taskKey, by, comment }) => {
      if (findTask(data, taskKey)?.skipped) return already(`"${taskKey}" was skipped before`);
      await decideFailed(epic, { taskKey, decision: 'skip', by, comment });
      return done(`"${taskKey}" is skipped; what depends on it may start`);
    },
  );

  onUpdate(
    cancelTaskUpdate,
    TaskMessage,
    ({ taskKey }) => {
      if (findTask(data, taskKey) === undefined) refuse('NotFound', `There is no task "${taskKey}" in this epic`);
    },
    ({ taskKey, by, comment }) => {
      const entry = findTask(data, taskKey);
      if (entry === undefined || isEnded(entry)) return already(`"${taskKey}" has ended already`);
      epic.logLine({
        actor: by,
        kind: 'decision',
        decision: `cancel ${taskKey}`,
        reason: comment ?? 'asked for by a person',
        taskKey,
      });
      if (isWaiting(entry)) {
        cancel(entry, by);
        epic.publish();
      } else askToCancel(entry);
      return done(`"${taskKey}" is cancelled`);
    },
  );

  onUpdate(
    addTaskUpdate,
    AddTask,
    ({ task }) => {
      if (!isPlanned(data)) refuse('PlanUnsettled', 'The plan is not settled yet; answer it instead');
      if (isSingle(data)) {
        refuse('EpicHasOneTask', 'This epic has one task and one pull request; submit another epic for more work');
      }
      requireTaskStage(epic);
      const known = findTask(data, task.key);
      if (known !== undefined && isAdded(known.task, task)) return;
      const problem = addingProblem(data.tasks, task);
      if (problem !== undefined) refuse('InvalidInput', problem);
    },
    ({ task, by }) => {
      if (findTask(data, task.key) !== undefined) return already(`"${task.key}" is in the plan`);
      const added = data.settings?.overlaps === 'sequence' ? addedInSequence(data.tasks, task) : task;
      addPlanned(data, added, { at: new Date().toISOString(), by, why: task.title });
      epic.logLine({
        actor: by,
        kind: 'decision',
        decision: `add task ${task.key}`,
        reason: task.title,
        taskKey: task.key,
      });
      return done(`"${task.key}" is added`);
    },
  );

  return {
    /** A person asked to cancel this running task; cleared by asking. */
    takeCancelled(taskKey: string): boolean {
      const entry = findTask(data, taskKey);
      return entry !== undefined && takeCancellation(entry);
    },
    isCancelled: (taskKey: string): boolean => findTask(data, taskKey)?.isCancelling === true,
  };
}
