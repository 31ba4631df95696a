/** A person takes a task back to an earlier turn of its Worker. */
import { currentUpdateInfo, getExternalWorkflowHandle, isCancellation } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import { already, done, RewindTask, rewindTaskUpdate, TaskRewound, taskRewoundSignal } from '../contract/epic.ts';
import { isPartOf, taskWorkflowId } from '../contract/ids.ts';
import { questionWithdrawnSignal, type Rewind, rewindSignal } from '../contract/task.ts';
import { type Handlers, refuse } from '../handlers.ts';
import type { Epic } from './context.ts';
import { decideFailed } from './decide-failed.ts';
import { leaveRequests } from './requests.ts';
import { findTask, type TaskEntry } from './state.ts';
import { isEnded, isWaiting } from './task-graph.ts';
import { requireNotJudged, requireTaskStage } from './task-messages.ts';
import { rewindLater } from './task-state.ts';

export function registerRewind(epic: Epic, { onSignal, onUpdate }: Handlers): void {
  const { data, epicId } = epic;

  onUpdate(
    rewindTaskUpdate,
    RewindTask,
    ({ taskKey }) => {
      requireTurns(taskKey);
      requireNotJudged(findTask(data, taskKey), 'rewind');
    },
    async ({ taskKey, turn, by, comment }) => {
      const found = await factory.findRewind(`turn ${turn} of ${taskKey}`, { epicId, taskKey, turn });
      if (found.kind === 'none') return refuse('TurnNotKept', found.reason);
      // It may have been merged, or have been taken back by somebody else, while the turn was looked for.
      requireTurns(taskKey);
      const rewindId = currentUpdateInfo()?.id ?? '';
      if (found.kind === 'there') return already(`"${taskKey}" is at turn ${turn} and has done nothing since`);
      const { transcript } = found;
      await goBack(taskKey, { rewindId, transcript, turn, by, ...(comment === undefined ? {} : { comment }) });
      return done(`"${taskKey}" goes back to turn ${turn}`);
    },
  );

  onSignal(taskRewoundSignal, TaskRewound, ({ taskKey }) => withdrawQuestions(taskKey));

  function requireTurns(taskKey: string): void {
    const entry = findTask(data, taskKey) ?? refuse('NotFound', `There is no task "${taskKey}" in this epic`);
    if (entry.state === 'COMPLETED') refuse('TaskEnded', `"${taskKey}" is merged already; add a task instead`);
    if (isWaiting(entry)) refuse('TaskNotStarted', `"${taskKey}" has not started, so it has no turns`);
    requireTaskStage(epic);
  }

  /** Anybody may send that signal, and a task may stay where it is, so those that still wait are told to ask again. */
  function withdrawQuestions(taskKey: string): void {
    const taken = leaveRequests(data.requests, isPartOf(epicId, taskKey), new Date().toISOString());
    for (const { asker, requestId } of taken) epic.send(asker, questionWithdrawnSignal, { requestId });
    epic.publish();
  }

  /** A task that runs is told; one that ended unmerged starts again, from there. */
  async function goBack(taskKey: string, wish: Rewind): Promise<void> {
    const entry = findTask(data, taskKey) as TaskEntry;
    const { by, turn, comment } = wish;
    epic.logLine({
      actor: by,
      kind: 'decision',
      decision: `${taskKey} goes back to turn ${turn}`,
      reason: comment ?? 'asked for by a person',
      taskKey,
    });
    if (isEnded(entry)) {
      await decideFailed(epic, { taskKey, decision: 'retry', by, rewind: wish });
      return;
    }
    // It is stopped until a person has said how the epic goes on, or parked until the epic's next run.
    if (entry.isStopped === true || entry.parked !== undefined) return rewindLater(entry, wish);
    try {
      await getExternalWorkflowHandle(taskWorkflowId(epicId, taskKey)).signal(rewindSignal, wish);
    } catch (error) {
      if (isCancellation(error)) throw error;
      refuse('TaskEnded', `"${taskKey}" has just ended; look at it, then try again`);
    }
    // At once, so that nobody can approve any more what is being left; the task says when it has left its work.
    withdrawQuestions(taskKey);
  }
}
