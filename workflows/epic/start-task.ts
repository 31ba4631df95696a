/** Starts a task's workflow and waits for its end. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { CancellationScope, CancelledFailure, isCancellation, patched, startChild } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import { sendAdopted } from '../adopted-policy.ts';
import { allowedSecrets } from '../allowed-secrets.ts';
import { resultOf } from '../child-end.ts';
import type { Delivered } from '../contract/brief.ts';
import { taskWorkflowId } from '../contract/ids.ts';
import type { EpicSettings } from '../contract/settings.ts';
import { summaryOf } from '../contract/start-options.ts';
import { rewindSignal, type TaskResult, type TaskWorkflowInput } from '../contract/task.ts';
import { CHILD } from '../options.ts';
import type { ParkedTask } from '../task/state.ts';
import { taskWorkflow } from '../task/task.ts';
import type { Epic } from './context.ts';
import { forgetAsked } from './open-questions-state.ts';
import type { Asking } from './questions.ts';
import { startRequestId, withdrawStart } from './requests.ts';
import type { TaskEntry } from './state.ts';
import { rewoundSince, setLifeBase, unpark } from './task-state.ts';

/**
 * An execution that is open under the same id is a person's matter, not a failed task. `end` is given for a task that starts
 * only to be cancelled, and is called once it has started; then nobody is asked about another execution, which is cancelled.
 */
export async function startTask(
  epic: Epic,
  settings: EpicSettings,
  entry: TaskEntry,
  end?: () => void,
): Promise<TaskResult | ParkedTask> {
  const workflowId = taskWorkflowId(epic.epicId, entry.task.key);
  for (;;) {
    try {
      const { paused } = epic.data;
      setLifeBase(entry, epic.data.baseSha);
      const input = taskInput(epic, settings, entry);
      const { policyHash } = settings;
      const rewind = entry.parked?.rewind;
      const child = await startChild(taskWorkflow, {
        ...CHILD,
        workflowId,
        staticSummary: summaryOf(entry.task.title),
        args: entry.parked === undefined ? [input] : [input, entry.parked],
      });
      const later = rewoundSince(entry, rewind);
      unpark(entry);
      withdrawQuestion(epic, entry);
      epic.adopt(workflowId, paused);
      // A person asked for this rewind while the start, with the older one, was under way.
      if (later !== undefined && patched('late-rewind')) epic.send(workflowId, rewindSignal, later);
      // Cancelled with the task: a rejection that nobody takes would fail the workflow task.
      if (settings.policyHash !== policyHash) sendAdopted(workflowId, settings).catch(() => undefined);
      end?.();
      return await resultOf(child);
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      if (end !== undefined && patched('end-other')) return endOther(workflowId);
      epic.countsOwnQuestions ||= patched('own-questions');
      try {
        await epic.askPerson(startRequestId(entry.task.key), () => whatToDoWith(workflowId, entry));
      } catch (interrupted) {
        if (isCancellation(interrupted) && patched('end-other')) return endOther(workflowId);
        throw interrupted;
      }
    }
  }
}

const whatToDoWith = (workflowId: string, { task: { key: taskKey } }: TaskEntry): Asking => ({
  kind: 'question',
  question: `The task cannot start: another execution ${workflowId} is open, which this run of the epic did not start. Choose: retry (once you have ended it: temporal workflow terminate --workflow-id ${workflowId}) or cancel (ends the epic and that execution).`,
  options: ['retry', 'cancel'],
  taskKey,
});

/** Cancels a task that the epic started before it was reset: it is no child of this run. Harmless twice. */
async function endOther(workflowId: string): Promise<never> {
  const reason = 'the epic or its task is cancelled';
  await CancellationScope.nonCancellable(() => factory.requestCancel('its former run ends', { workflowId, reason }));
  throw new CancelledFailure('It was cancelled before it could start');
}

/** Asked by the former run, it has lost its point: the other execution has ended. */
function withdrawQuestion({ data, isAsked }: Epic, { task: { key } }: TaskEntry): void {
  if (!isAsked(startRequestId(key))) return;
  withdrawStart(data.requests, key, new Date().toISOString());
  forgetAsked(data, startRequestId(key));
}

/** Parked tasks close as all others do: started again, each is cancelled at once. */
export async function cancelParked(epic: Epic): Promise<void> {
  const { tasks, settings } = epic.data;
  const parked = tasks.filter((entry) => entry.parked !== undefined);
  if (settings === undefined || parked.length === 0) return;
  const cancelOne = (entry: TaskEntry) => {
    const scope = new CancellationScope();
    return scope.run(() => startTask(epic, settings, entry, () => scope.cancel()));
  };
  await CancellationScope.nonCancellable(() => Promise.allSettled(parked.map(cancelOne)));
}

function taskInput({ epicId, data }: Epic, settings: EpicSettings, entry: TaskEntry): TaskWorkflowInput {
  const allowed = allowedSecrets(data.requests);
  return {
    epicId,
    epicTitle: data.input.title,
    task: entry.task,
    settings,
    targetBranch: data.epicBranch ?? settings.baseBranch,
    only: data.epicBranch === undefined,
    ...(entry.baseSha === undefined ? {} : { baseSha: entry.baseSha }),
    paused: data.paused,
    priority: data.input.priority,
    ...(entry.life > 1 ? { again: true } : {}),
    ...(entry.feedback === undefined ? {} : { feedback: entry.feedback }),
    ...(entry.guidance === undefined ? {} : { guidance: entry.guidance }),
    ...(entry.life > 1 && entry.former !== undefined ? { former: entry.former } : {}),
    ...(entry.heard === undefined ? {} : { heard: entry.heard }),
    ...(entry.rewind === undefined ? {} : { rewind: entry.rewind }),
    ...(allowed.length === 0 ? {} : { allowedSecrets: allowed }),
    ...(entry.task.dependsOn.length === 0 ? {} : { delivered: deliveredFor(data.tasks, entry) }),
  };
}

function deliveredFor(tasks: readonly TaskEntry[], { task }: TaskEntry): Delivered[] {
  return tasks.flatMap(({ task: { key, title }, mergedSha, summary }) => {
    if (mergedSha === undefined || !task.dependsOn.includes(key)) return [];
    return [{ key, title, mergedSha, ...(summary === undefined ? {} : { summary }) }];
  });
}
