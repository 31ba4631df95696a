/** What becomes of a task that failed: the supervisor's rules first, then the Supervisor agent, then a person. */
import { patched } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import type { Settlement } from '../contract/supervisor.ts';
import { detailsOf, failureMessage, failureType } from '../failure.ts';
import { ASK_AGAIN_MS } from '../options.ts';
import { offering } from '../policy-offer.ts';
import { mustDrain } from '../run-end.ts';
import { admission } from './admission.ts';
import type { Epic } from './context.ts';
import { noteSkip } from './decide-failed.ts';
import { failedRequestId, isAboutFailed, openRequests } from './requests.ts';
import { reviseWithTask } from './revise-plan.ts';
import { revisionOf } from './revision-state.ts';
import { nextNumber, type TaskEntry } from './state.ts';
import { isEnded } from './task-graph.ts';
import { escalateFailure, fail, failureOf, retry, skip } from './task-state.ts';
import { triage } from './triage.ts';
import { causeOf, noteAdded, type Verdict } from './triage-state.ts';

/** Notes a failure, which `settleFailure` then settles, in this run or the next. */
export function noteFailure(epic: Epic, entry: TaskEntry, error: unknown): void {
  const type = failureType(error) ?? 'TaskFailed';
  const message = failureMessage(error);
  const cause = causeOf(type, detailsOf(error));
  const { key } = entry.task;
  const id = `${epic.epicId}-${key}-${nextNumber(epic.data)}`;
  escalateFailure(entry, { id, ...(cause === undefined ? {} : { cause }) }, { type, message });
  epic.logLine({
    actor: 'factory',
    kind: 'failure',
    decision: `${key} failed: ${type}`,
    reason: message,
    taskKey: key,
  });
}

/**
 * Escalates a failure: the fixed rules, then the Supervisor agent. `retry` puts the task back into the graph, `skip` goes
 * on without it; everything else leaves it FAILED for a person.
 */
export async function settleFailure(epic: Epic, entry: TaskEntry): Promise<void> {
  const { key } = entry.task;
  const settlement = await escalate(epic, entry);
  // A former run may have got to the Supervisor agent.
  if (entry.triage === undefined) {
    epic.logLine({
      actor: 'SUPERVISOR',
      kind: 'decision',
      decision: `${key}: ${settlement.action}`,
      reason: settlement.reason,
      taskKey: key,
    });
  }
  if (settlement.action === 'retry') {
    retry(entry, { retries: entry.retries + 1 });
    epic.publish();
    return;
  }
  const verdict = await triage(epic, entry);
  if (verdict === undefined) return fail(entry, settlement.reason);
  epic.logLine({
    actor: 'SUPERVISOR',
    kind: 'decision',
    decision: `${key}: ${verdict.action}`,
    reason: wordsOf(verdict),
    taskKey: key,
  });
  await act(epic, entry, verdict);
}

const wordsOf = (verdict: Verdict): string =>
  verdict.action === 'ask_human' && verdict.advice !== undefined
    ? `${verdict.reason}. ${verdict.advice}`
    : verdict.reason;

async function act(epic: Epic, entry: TaskEntry, verdict: Verdict): Promise<void> {
  switch (verdict.action) {
    case 'retry':
      retry(entry, { guidance: verdict.guidance });
      break;
    case 'skip':
      skip(entry, 'the Supervisor');
      noteSkip(epic, { taskKey: entry.task.key, by: 'the Supervisor', comment: verdict.reason });
      break;
    case 'fail':
      fail(entry, verdict.reason);
      await epic.cancelSelf('the Supervisor');
      break;
    case 'add_task':
      addTask(epic, entry, verdict);
      break;
    case 'ask_human':
      fail(entry, verdict.reason, verdict.advice);
  }
  epic.publish();
}

/** The new task runs; then, or when it does not fit into the plan, a person decides about the failed one. */
function addTask(epic: Epic, entry: TaskEntry, verdict: Extract<Verdict, { action: 'add_task' }>): void {
  const { task, reason, added, advice } = verdict;
  // The new task must not wait for the failed one, whose files it may share: a person decides about that one.
  const isBeside = epic.data.settings?.overlaps === 'sequence' && patched('beside-failed');
  const beside = isBeside ? { beside: entry.task.key } : {};
  const problem = reviseWithTask(epic, task, { by: 'SUPERVISOR', comment: reason, ...beside });
  if (problem === undefined) {
    noteAdded(epic.data);
    fail(entry, reason, added);
    return;
  }
  epic.logLine({
    actor: 'factory',
    kind: 'refusal',
    decision: `${task.key} does not join the plan`,
    reason: problem,
    taskKey: entry.task.key,
  });
  fail(entry, reason, `${advice} (It does not fit into the plan: ${problem})`);
}

/** The run may end meanwhile; the answer is in the entry, in whatever run it came. */
async function escalate({ epicId, runEnd }: Epic, entry: TaskEntry): Promise<Settlement> {
  const { task, retries, escalation, failure } = entry;
  if (escalation === undefined || failure === undefined) throw new Error(`${task.key} has not failed`);
  const { type, message } = failure;
  const request = { escalationId: escalation.id, epicId, taskKey: task.key, failure: type, message, retries };
  const settlement = () => entry.escalation?.settlement;
  const isSettled = () => settlement() !== undefined;
  for (;;) {
    const settled = settlement();
    if (settled !== undefined) return settled;
    if (mustDrain()) await runEnd.pass();
    await factory.escalate(`escalate ${type}`, request);
    // A timer that is cancelled as it starts is one that history does not know.
    if (!isSettled()) await runEnd.within(isSettled, ASK_AGAIN_MS, `escalate ${type} again`);
  }
}

/**
 * Nothing runs and nothing can start: each task that ended unmerged waits for a person. Returns after one decision,
 * which its message has applied.
 */
export async function askAboutFailed(epic: Epic): Promise<void> {
  const { data } = epic;
  const failed = data.tasks.filter((entry) => isEnded(entry) && entry.state !== 'COMPLETED' && !entry.skipped);
  const names = failed.map(({ task }) => task.key);
  const verb = names.length === 1 ? 'waits' : 'wait';
  epic.tell('BLOCKED', `${names.join(', ')} ${verb} for a person`, { kind: 'person', reason: 'a task did not finish' });
  // Taken first: a decision that comes while the questions are prepared counts.
  const before = states();
  for (const entry of failed) await askAbout(epic, entry);
  // Nothing runs and a person may take days, so another epic may have the slot meanwhile.
  epic.releaseAdmission();
  await epic.runEnd.until(() => states() !== before);
  await admission(epic);

  function states(): string {
    const tasks = data.tasks.map(({ task, state, skipped }) => `${task.key} ${state} ${skipped}`).join();
    return `${tasks} ${revisionOf(data)}`;
  }
}

async function askAbout(epic: Epic, entry: TaskEntry): Promise<void> {
  const { data } = epic;
  const { key } = entry.task;
  if (openRequests(data.requests).some((request) => isAboutFailed(request) && request.taskKey === key)) return;
  const reason = (failureOf(entry)?.message ?? entry.phase).slice(0, 1_800);
  const conflict = entry.failure?.type === 'MergeConflict';
  const resolve = conflict
    ? 'resolve (you have settled the conflict by hand in its worktree, which factory show names), '
    : '';
  const plain = {
    kind: conflict ? ('conflict' as const) : ('failed-task' as const),
    question: `Task "${key}" did not finish: ${reason}. Choose: retry (starts it over; add instructions if you like), ${resolve}skip (the epic goes on without it) or cancel (ends the whole epic).${entry.advice === undefined ? '' : `\n${entry.advice}`}`,
    options: conflict ? ['retry', 'resolve', 'skip', 'cancel'] : ['retry', 'skip', 'cancel'],
  };
  // Perhaps its set-up or its checks cannot work as they are written.
  const { settings } = data;
  const asking = conflict || settings === undefined ? plain : await offering(settings, plain);
  // A person may have sent it back meanwhile.
  if (!isEnded(entry) || entry.skipped) return;
  const requestId = failedRequestId(key, nextNumber(data));
  epic.open({ ...asking, requestId, taskKey: key, askedBy: epic.workflowId });
}
