/** What becomes of a task that ended without being merged, once a person has decided. */
import type { Rewind } from '../contract/task.ts';
import type { Epic } from './context.ts';
import { openAbout } from './requests.ts';
import { noteRevision } from './revision-state.ts';
import { findTask } from './state.ts';
import { retry, skip } from './task-state.ts';

interface Decision {
  readonly taskKey: string;
  /** `retry`, `resolve` or `adopt` begin another life of the task; `skip` goes on without it. */
  readonly decision: string;
  /** A person's words to the Worker of the next life. */
  readonly comment?: string | undefined;
  /** The turn that the next life goes on from. */
  readonly rewind?: Rewind | undefined;
}

/** The same effect as answering the task's open request, and it closes that request. */
export async function decideFailed(epic: Epic, decided: Decision & { readonly by: string }): Promise<void> {
  const { taskKey, decision, by, comment } = decided;
  const request = openAbout(epic.data.requests, taskKey, decision);
  if (request !== undefined) {
    const answer = { requestId: request.requestId, decision, by, ...(comment === undefined ? {} : { comment }) };
    await epic.settle(answer);
  } else {
    epic.logLine({
      actor: by,
      kind: 'decision',
      decision: `${decision} ${taskKey}`,
      reason: comment ?? 'asked for by a person',
      taskKey,
    });
  }
  applyDecision(epic, decided);
  if (decision === 'skip') noteSkip(epic, decided);
}

/** The plan goes on without it, which is a revision too. */
export function noteSkip(
  { data }: Epic,
  {
    taskKey,
    by,
    comment: why = 'asked for by a person',
  }: Pick<Decision, 'taskKey' | 'comment'> & { readonly by: string },
): void {
  noteRevision(data, [`skips ${taskKey}`], { at: new Date().toISOString(), by, why });
}

/** What a person's decision makes of a task that ended without being merged, or waits. */
export function applyDecision(epic: Epic, { taskKey, decision, comment, rewind }: Decision): void {
  const entry = findTask(epic.data, taskKey);
  if (entry === undefined) return;
  if (decision === 'skip') skip(entry);
  else retry(entry, { feedback: decision === 'resolve' ? resolvedWords(comment) : comment, rewind });
  epic.publish();
}

const resolvedWords = (comment = ''): string =>
  `A person resolved the conflict by hand in the worktree. Check it and hand it in. ${comment}`;
