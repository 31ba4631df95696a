/** One task: from a place on a host to a merged pull request. */
import { CancellationScope, continueAsNew, isCancellation, TemporalFailure, workflowInfo } from '@temporalio/workflow';
import type { TaskResult, TaskWorkflowInput } from '../contract/task.ts';
import { endedBy, failureMessage } from '../failure.ts';
import { finishHandlers, refuse } from '../handlers.ts';
import { isMoved } from '../pull-request/merge.ts';
import { throwIfCancelled } from '../run-end.ts';
import { runUntil } from '../run-until.ts';
import { isAsked } from './ask.ts';
import { askBetweenRounds, resumeBetweenRounds } from './ask-between-rounds.ts';
import { leaveWork, newsThatCounts, noteMoved, takeNews } from './by-hand.ts';
import { openTask, type Task } from './context.ts';
import { isUnderPolicy } from './follow-policy.ts';
import { begin, clear, drop, passReview, setNothingToDo, submitAs, verifyAgain } from './hand-in-state.ts';
import { firstOpening, implement } from './implement.ts';
import { approvedBefore, endOfLife } from './lives.ts';
import { merge } from './merge.ts';
import { mergedBefore, mergedByFormerRun } from './merged-before.ts';
import { newTask } from './new-task.ts';
import { losePlacement, lossOf } from './placement.ts';
import { clearToPush } from './protect.ts';
import { resume } from './resume-question.ts';
import { reviewUntilFixed } from './review.ts';
import { rewindIfWanted } from './rewind.ts';
import { addSubmission, type HandIn, leaveHandIn, markSubmission, type ParkedTask, type TaskData } from './state.ts';
import { submit } from './submit.ts';
import { isFixable, untilFixed } from './until-fixed.ts';

/**
 * Places the task, has a Worker implement it, verifies, opens its pull request, has it reviewed and merges it.
 * Survives: killed worker processes, a lost host (placed again from the last checkpoint), months of waiting.
 * Messages: signals `personAnswered`, `grantTurn`, `pullRequestChanged`, `rewind`, `pause`, `resume`; query `status`.
 * Fails: TaskFailed, MergeConflict, SetupFailed and other final failures; the epic then asks the supervisor or a person.
 */
export async function taskWorkflow(input: TaskWorkflowInput, carry?: TaskData): Promise<TaskResult | ParkedTask> {
  if (workflowInfo().parent === undefined) refuse('InvalidInput', 'A task is started by its epic; add it there');
  const data = carry ?? newTask(input, beginning(input));
  const task = openTask(input, data);
  try {
    const work = async () => (await mergedBefore(task)) ?? (await mergeTask(task));
    const result = await Promise.race([work(), task.runEnd.due().then(() => leaveRun(task))]);
    if ('parked' in result) return result;
    // What is merged is merged, whoever cancels meanwhile.
    await CancellationScope.nonCancellable(() => task.close('COMPLETED'));
    return result;
  } catch (thrown) {
    const error = endedBy(thrown);
    // Anything else is a mistake of ours (or continue-as-new): the workflow task fails and is tried again.
    if (!(error instanceof TemporalFailure)) throw error;
    await task.close(isCancellation(error) ? 'CANCELLED' : 'FAILED', error);
    throw isCancellation(error) ? error : endOfLife(task, error);
  }
}

/** As often as it takes, from where a person took it back to or from where it stands. */
async function mergeTask(task: Task): Promise<TaskResult> {
  const { data } = task;
  const isUnwanted = () =>
    !task.isMerging && !task.runEnd.isEnding() && (data.rewind !== undefined || newsThatCounts(task) !== undefined);
  for (;;) {
    await task.runEnd.pass();
    try {
      await resumeBetweenRounds(task);
      // What is merged does not go back.
      if (!isAsked(task, 'elsewhere')) await rewindIfWanted(task);
      const merged = await takeNews(task);
      if (merged !== undefined) return merged;
      const done = await runUntil(isUnwanted, () => mergeOnce(task));
      if (done === undefined) await leaveWork(task);
      else if (done.result !== undefined) return done.result;
    } catch (error) {
      if (!(await goesOn(task, error))) throw error;
    }
  }
}

/**
 * True when the failure is one that another try begins with: of the place, of a pull request that somebody moved, or of
 * what a person has fixed by then.
 */
async function goesOn(task: Task, error: unknown): Promise<boolean> {
  const loss = lossOf(task, error);
  if (loss !== undefined) {
    markSubmission(task.data, 'superseded');
    losePlacement(task, loss, failureMessage(error));
    return true;
  }
  if (isMoved(error)) {
    if (!(await noteMoved(task, failureMessage(error)))) return false;
    leaveHandIn(task.data);
    return true;
  }
  if (!isFixable(error)) return false;
  await askBetweenRounds(task, error);
  return true;
}

/** implement ⇄ verify → hand in; undefined when it went back to its Worker. What a former run had done is not done again. */
async function mergeOnce(task: Task): Promise<TaskResult | undefined> {
  const { data } = task;
  await resume(task);
  let { handIn } = data;
  if (handIn === undefined) {
    const merged = await untilFixed(task, () => mergedByFormerRun(task));
    if (merged !== undefined) return merged;
    handIn = begin(data, approvedBefore(task) ?? { change: await implement(task), merging: {} });
  }
  const result = await handInChange(task, handIn);
  drop(data);
  return result;
}

/** [protected paths] → push → pull request → review → merge. */
async function handInChange(task: Task, handIn: HandIn): Promise<TaskResult | undefined> {
  if (handIn.change.nothingToDo !== undefined) return handInNothing(task, handIn, handIn.change.nothingToDo);
  if (handIn.isClear !== true) {
    const change = await untilFixed(task, () => clearToPush(task, handIn.change));
    if (change === undefined) return undefined;
    clear(handIn, change);
  }
  await task.runEnd.pass();
  const submission = handIn.submission ?? (await untilFixed(task, () => submit(task, handIn.change)));
  if (submission === undefined) return undefined;
  submitAs(handIn, submission);
  if (handIn.isReviewed === true) markSubmission(task.data, 'approved');
  await task.runEnd.pass();
  if (handIn.isReviewed !== true && !(await reviewUntilFixed(task, handIn, submission))) return undefined;
  passReview(handIn);
  await task.runEnd.pass();
  return untilFixed(task, () => merge(task, handIn));
}

/** There is nothing to push or merge; a reviewer must agree. */
async function handInNothing(task: Task, handIn: HandIn, nothingToDo: string): Promise<TaskResult | undefined> {
  await task.runEnd.pass();
  const submission = handIn.submission ?? addSubmission(task.data, handIn.change);
  submitAs(handIn, submission);
  if (handIn.isReviewed !== true && !(await reviewUntilFixed(task, handIn, submission))) return undefined;
  passReview(handIn);
  if (!isUnderPolicy(task.input.settings, handIn.change)) {
    verifyAgain(task.data, handIn.change);
    return undefined;
  }
  setNothingToDo(task.data, nothingToDo);
  task.logLine({
    actor: 'WORKER',
    kind: 'decision',
    decision: `${task.input.task.key}: nothing to do`,
    reason: nothingToDo,
  });
  const { unchecked } = handIn.change;
  return { nothingToDo, ...(unchecked === undefined ? {} : { unchecked }) };
}

/** With the next run, or for the epic, which ends its own run first. */
async function leaveRun(task: Task): Promise<ParkedTask> {
  await finishHandlers(task.flush);
  throwIfCancelled();
  if (task.runEnd.isParkWanted()) return { parked: task.data };
  return continueAsNew<typeof taskWorkflow>({ ...task.input, paused: task.paused }, task.data);
}

const beginning = (input: TaskWorkflowInput) => ({
  life: workflowInfo().firstExecutionRunId,
  startedAt: new Date().toISOString(),
  opening: firstOpening(input),
});
