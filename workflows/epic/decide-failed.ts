/** What becomes of a task that ended without being merged, once a person has decided. */
import type { Rewind } from '../contract/task.ts';
import type { Epic } from './context.ts';
import { openAbout } from './requests.ts';
import { findTask } from './state.ts';
import { forgetAdvice } from './triage-state.ts';

/** The same effect as answering the task's open request, and it closes that request. */
export async function decideFailed(
  epic: Epic,
  taskKey: string,
  decision: 'retry' | 'skip',
  by: string,
  comment?: string,
  rewind?: Rewind,
): Promise<void> {
  const request = openAbout(epic.data.requests, taskKey, decision);
  if (request !== undefined) {
    const answer = { requestId: request.requestId, decision, by, ...(comment === undefined ? {} : { comment }) };
    await epic.settle(answer);
  } else {
    epic.decide(by, 'decision', `${decision} ${taskKey}`, comment ?? 'asked for by a person', taskKey);
  }
  applyDecision(epic, taskKey, decision, comment, rewind);
}

/** What a person's decision makes of a task that ended without being merged, or waits. */
export function applyDecision(
  epic: Epic,
  taskKey: string,
  decision: string,
  comment: string | undefined,
  rewind?: Rewind,
): void {
  const entry = findTask(epic.data, taskKey);
  if (entry === undefined) return;
  delete entry.failure;
  delete entry.feedback;
  delete entry.hold;
  delete entry.rewind;
  forgetAdvice(entry);
  if (decision === 'skip') {
    Object.assign(entry, { state: 'CANCELLED', phase: 'skipped by a person', skipped: true });
  } else {
    Object.assign(entry, {
      state: 'PENDING',
      phase: 'starts again',
      skipped: false,
      started: false,
      retries: 0,
      again: true,
    });
    if (decision === 'resolve') {
      entry.feedback = `A person resolved the conflict by hand in the worktree. Check it and hand it in. ${comment ?? ''}`;
    } else if (comment !== undefined) entry.feedback = comment;
    if (rewind !== undefined) entry.rewind = rewind;
  }
  epic.publish();
}
