/** What becomes of a task that failed: the supervisor's rules first, then a person. */
import { condition } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import type { Settlement } from '../contract/supervisor.ts';
import { ASK_AGAIN_MS } from '../options.ts';
import { admission } from './admission.ts';
import type { Epic } from './context.ts';
import { applyDecision } from './decide-failed.ts';
import { isEnded } from './graph.ts';
import type { Messages } from './messages.ts';
import { failedRequestId, isAboutFailed, openRequests } from './requests.ts';
import { nextNumber, type TaskEntry } from './state.ts';

/** Escalates a failure; `retry` puts the task back into the graph, everything else leaves it FAILED for a person. */
export async function settleFailure(
  epic: Epic,
  messages: Messages,
  entry: TaskEntry,
  failure: string,
  message: string,
): Promise<void> {
  const { key } = entry.task;
  entry.failure = { type: failure, message };
  entry.phase = 'failed; the supervisor looks at it';
  epic.decide('factory', 'failure', `${key} failed: ${failure}`, message, key);
  const settlement = await escalate(epic, messages, entry, failure, message);
  epic.decide('SUPERVISOR', 'decision', `${key}: ${settlement.action}`, settlement.reason, key);
  if (settlement.action === 'retry') {
    const { retries } = entry;
    applyDecision(epic, key, 'retry', undefined);
    entry.retries = retries + 1;
  } else {
    entry.state = 'FAILED';
    entry.phase = settlement.reason;
  }
}

async function escalate(
  epic: Epic,
  messages: Messages,
  entry: TaskEntry,
  failure: string,
  message: string,
): Promise<Settlement> {
  const { epicId, data } = epic;
  const escalationId = `${epicId}-${entry.task.key}-${nextNumber(data)}`;
  const escalation = { escalationId, epicId, taskKey: entry.task.key, failure, message, retries: entry.retries };
  // Asked before it is waited for: a timer that is cancelled as it starts is one that history does not know.
  const isSettled = () => messages.settlement(escalationId) !== undefined;
  messages.awaitSettlement(escalationId);
  do {
    await factory.escalate(`escalate ${failure}`, escalation);
  } while (!isSettled() && !(await condition(isSettled, ASK_AGAIN_MS)));
  return messages.settlement(escalationId) as Settlement;
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
  for (const entry of failed) askAbout(epic, entry);
  // Nothing runs and a person may take days, so another epic may have the slot meanwhile.
  epic.releaseAdmission();
  const before = states();
  await epic.rests.until(() => states() !== before);
  await admission(epic);

  function states(): string {
    return data.tasks.map(({ task, state, skipped }) => `${task.key} ${state} ${skipped}`).join();
  }
}

function askAbout(epic: Epic, entry: TaskEntry): void {
  const { data } = epic;
  const { key } = entry.task;
  if (openRequests(data.requests).some((request) => isAboutFailed(request) && request.taskKey === key)) return;
  const reason = (entry.failure?.message ?? entry.phase).slice(0, 1_800);
  const conflict = entry.failure?.type === 'MergeConflict';
  const resolve = conflict ? ' resolve: you have resolved it by hand in its worktree (factory show names that).' : '';
  epic.open({
    requestId: failedRequestId(key, nextNumber(data)),
    kind: conflict ? 'conflict' : 'failed-task',
    question: `Task "${key}" did not finish: ${reason}. What now? retry: it begins again, with your words if you give any.${resolve} skip: the epic goes on without it. cancel ends the whole epic.`,
    options: conflict ? ['retry', 'resolve', 'skip', 'cancel'] : ['retry', 'skip', 'cancel'],
    taskKey: key,
    askedBy: epic.workflowId,
  });
}
