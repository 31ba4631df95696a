/** Runs the task graph: starts what may start, asks about what failed, until all is settled. */
import { CancellationScope, condition, isCancellation, patched } from '@temporalio/workflow';
import { isPartOf, taskWorkflowId } from '../contract/ids.ts';
import type { EpicSettings } from '../contract/settings.ts';
import type { TaskResult } from '../contract/task.ts';
import { failureMessage } from '../failure.ts';
import { noteHead } from '../pull-request/state.ts';
import { mustDrain } from '../run-end.ts';
import { leftBehind } from '../task/lives.ts';
import type { ParkedTask } from '../task/state.ts';
import { closeSkipped } from './close-pull-requests.ts';
import type { Epic } from './context.ts';
import { correspond } from './correspond.ts';
import { askAboutFailed, noteFailure, settleFailure } from './failed-task.ts';
import { isMailDue } from './mail-state.ts';
import { noteRewritten } from './merging-state.ts';
import type { Messages } from './messages.ts';
import { goOnFromNewBase, reportRewritten, rewrittenBase } from './new-base.ts';
import { forgetAsked } from './open-questions-state.ts';
import { beginMerging, beginTasks } from './plan-state.ts';
import { leaveRequests, openRequests, startRequestId, withdrawStart } from './requests.ts';
import { revisionOf } from './revision-state.ts';
import { startTask } from './start-task.ts';
import { findTask, type TaskEntry } from './state.ts';
import { blocked, holdReasons, isEnded, isRunning, isWaiting, startable } from './task-graph.ts';
import {
  cancel,
  complete,
  endLife,
  fail,
  holdBack,
  holdStopped,
  leave,
  park,
  retry,
  launch as startLife,
  stop,
} from './task-state.ts';

/** Beside the keys of tasks, none of which has this form. */
const MAIL = '@mail';

/** Returns when every task is completed or skipped; whatever ends it, every task has closed by then. */
export async function runTasks(epic: Epic, messages: Messages, settings: EpicSettings): Promise<void> {
  const lives = new Map<string, Promise<void>>();
  beginTasks(epic.data);
  try {
    await runGraph(epic, messages, settings, lives);
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => Promise.allSettled(lives.values()));
    throw error;
  }
  beginMerging(epic.data);
  await closeSkipped(epic);
}

async function runGraph(
  epic: Epic,
  messages: Messages,
  settings: EpicSettings,
  lives: Map<string, Promise<void>>,
): Promise<void> {
  const { data } = epic;
  let goingOn: Promise<void> | undefined;
  // They ran when the former run ended, or waited for a person before they could start.
  for (const entry of data.tasks.filter(isRunning)) begin(entry);
  for (;;) {
    const draining = mustDrain();
    if (draining && lives.size === 0) await epic.runEnd.pass();
    if (!draining && !data.paused) for (const key of startable(data.tasks, settings.concurrency)) launch(key);
    if (!draining && !data.paused && isMailDue(data) && !data.tasks.every(isEnded)) answerMail();
    reportHolds(epic, settings);
    if (isAsked()) epic.releaseAdmission();
    else if (lives.size > 0) epic.takeAdmissionAgain();
    if (lives.size === 0 && !data.paused) {
      if (data.tasks.every((entry) => entry.state === 'COMPLETED' || entry.skipped)) return;
      if (startable(data.tasks, settings.concurrency).length === 0) {
        await askAboutFailed(epic);
        continue;
      }
    }
    const before = fingerprint();
    await epic.runEnd.until(() => fingerprint() !== before || mustDrain() !== draining);
  }

  function launch(key: string): void {
    const entry = findTask(data, key);
    if (entry === undefined || lives.has(key)) return;
    startLife(entry);
    begin(entry);
  }

  /** It ends with the tasks, and the run waits for it as for one of them. */
  function answerMail(): void {
    // Work on a new base takes the epic's own place.
    if (lives.has(MAIL) || data.tasks.some(({ isStopped }) => isStopped)) return;
    epic.runEnd.beginWork();
    const life = correspond(epic, settings).finally(() => {
      epic.answeringMail = undefined;
      lives.delete(MAIL);
      epic.runEnd.endWork();
    });
    epic.answeringMail = life;
    lives.set(MAIL, life);
  }

  function begin(entry: TaskEntry): void {
    const { key } = entry.task;
    epic.runEnd.beginWork();
    const life = live(entry).finally(() => {
      lives.delete(key);
      epic.runEnd.endWork();
    });
    lives.set(key, life);
  }

  /** One life of a task: its child workflow, and what its failure leads to. Cancellation of the epic passes. */
  async function live(entry: TaskEntry): Promise<void> {
    try {
      if (entry.isStopped === true) return await startOnNewBase(entry);
      // It failed in a former run, which ended before the supervisor answered.
      if (entry.escalation !== undefined) return await settleFailed(entry);
      const result = await runCancellable(epic, messages, settings, entry);
      if ('parked' in result) {
        park(entry, result.parked);
        return;
      }
      complete(entry, result);
      // The head of the epic's own pull request, which nobody else put there.
      if ('mergedSha' in result) noteHead(data.memory, result.mergedSha);
    } catch (error) {
      const former = leftBehind(error, entry.former);
      leave(entry, former);
      if (isCancellation(error)) return cancel(entry);
      const rewritten = rewrittenBase(error);
      if (rewritten !== undefined) {
        stop(entry, { rewind: former?.rewind, ...(patched('stopped-pull-requests') ? stoppedBy(error) : {}) });
        if (entry.baseSha === data.baseSha) noteRewritten(data, rewritten);
        return await startOnNewBase(entry);
      }
      noteFailure(epic, entry, error);
      await settleFailed(entry);
    } finally {
      if (entry.parked === undefined) leaveAll(entry);
    }
  }

  /** Nothing waits for what a task asked for that has ended. */
  function leaveAll(entry: TaskEntry): void {
    const { key } = entry.task;
    endLife(entry);
    const now = new Date().toISOString();
    leaveRequests(data.requests, isPartOf(epic.epicId, key), now);
    withdrawStart(data.requests, key, now);
    forgetAsked(data, startRequestId(key));
    epic.publish();
  }

  /** The epic may be cancelled while it waits for the supervisor's word. */
  async function settleFailed(entry: TaskEntry): Promise<void> {
    try {
      await settleFailure(epic, entry);
    } catch (interrupted) {
      if (!isCancellation(interrupted)) throw interrupted;
      fail(entry);
    }
    if (messages.takeCancelled(entry.task.key)) cancel(entry);
  }

  /** Those that began with the new base already, or wait for the same decision, need none of their own. */
  async function startOnNewBase(entry: TaskEntry): Promise<void> {
    const { key } = entry.task;
    const reason = 'the base branch was rewritten';
    holdStopped(entry, { kind: 'person', reason, since: new Date().toISOString() });
    try {
      const going = goingOn;
      if (going !== undefined) await epic.runEnd.during(() => going);
      else if (entry.baseSha === data.baseSha) {
        goingOn = goOnFromNewBase(epic, settings);
        await goingOn.finally(() => {
          goingOn = undefined;
        });
      }
    } catch (interrupted) {
      if (!isCancellation(interrupted)) throw interrupted;
      return cancel(entry);
    }
    if (messages.takeCancelled(key)) cancel(entry);
    else {
      retry(entry, { rewind: entry.rewind });
      epic.publish();
    }
  }

  /** Each task that runs waits for a person. */
  function isAsked(): boolean {
    const requests = openRequests(data.requests);
    const isStopped = (key: string) => isAskedAboutBase(epic) && findTask(data, key)?.isStopped === true;
    const isHeldUp = (key: string) => epic.countsOwnQuestions && epic.isAsked(startRequestId(key));
    const waitsForPerson = (key: string) =>
      isStopped(key) || isHeldUp(key) || requests.some(({ askedBy }) => askedBy.some(isPartOf(epic.epicId, key)));
    return lives.size > 0 && [...lives.keys()].every(waitsForPerson);
  }

  /** What the loop looks at: when none of it changed, there is nothing to do. */
  function fingerprint(): string {
    const tasks = data.tasks.map(({ state, skipped, life }) => `${state}${skipped}${life}`).join();
    const { paused, admitted } = data;
    return [tasks, revisionOf(data), lives.size, paused, admitted, isAsked(), isMailDue(data), epic.timesWidened].join(
      '|',
    );
  }
}

/** How the epic goes on from a rewritten base, or why it cannot. */
const isAskedAboutBase = (epic: Epic): boolean =>
  epic.isAsked('new-base') || (epic.countsOwnQuestions && epic.isAsked('mend-base'));

/** Marks the task's pull request as one to close with the epic: no workflow owns it until the task starts again. */
const stoppedBy = (error: unknown) => ({ failure: { type: 'BaseRewritten', message: failureMessage(error) } });

/** The child in a scope of its own, so that a person can cancel one task. */
async function runCancellable(
  epic: Epic,
  messages: Messages,
  settings: EpicSettings,
  entry: TaskEntry,
): Promise<TaskResult | ParkedTask> {
  const { key } = entry.task;
  const workflowId = taskWorkflowId(epic.epicId, key);
  const scope = new CancellationScope();
  const watching = new CancellationScope();
  try {
    const running = scope.run(() => startTask(epic, settings, entry));
    watching
      .run(() => condition(() => messages.isCancelled(key) && entry.parked === undefined))
      .then(() => scope.cancel())
      .catch(() => undefined);
    return await running;
  } finally {
    watching.cancel();
    epic.children.delete(workflowId);
  }
}

/** Each waiting task says what holds it; what can never start is BLOCKED. */
function reportHolds(epic: Epic, settings: EpicSettings): void {
  const { data } = epic;
  const reasons = holdReasons(data.tasks, settings.concurrency);
  const stuck = blocked(data.tasks);
  for (const entry of data.tasks.filter(isWaiting)) {
    const why = reasons.get(entry.task.key);
    // Slots may be free; nothing begins while the epic is paused.
    const said = why?.kind === 'slot' && data.paused ? { kind: 'pause' as const, reason: 'the epic is paused' } : why;
    const hold = said && { ...said, since: new Date().toISOString() };
    holdBack(entry, stuck.has(entry.task.key), hold);
  }
  const done = data.tasks.filter(isEnded).length;
  const running = data.tasks.filter(isRunning).length;
  const phase = `${done} of ${data.tasks.length} tasks done, ${running} running`;
  if (data.paused) epic.tell('IN_PROGRESS', phase, { kind: 'pause', reason: 'paused by a person' });
  else if (epic.isAsked('new-base')) reportRewritten(epic, settings);
  // Otherwise the screens show already why the new base could not be taken over.
  else if (!isAskedAboutBase(epic)) epic.tell('IN_PROGRESS', phase);
}
