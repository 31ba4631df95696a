/** A task whose pull request somebody merged is done, unless that merge is not all that it was to be. */
import { patched } from '@temporalio/workflow';
import type { TaskResult } from '../contract/task.ts';
import { noteMerged, requirePullRequest } from '../pull-request/state.ts';
import { askUnless, isAsked, settled } from './ask.ts';
import type { Task } from './context.ts';
import { waitAway } from './placement.ts';
import { markSubmission } from './state.ts';
import { endRewind } from './status-state.ts';

export async function mergedByHand(task: Task, mergedSha: string): Promise<TaskResult> {
  const { data, input } = task;
  const { number } = requirePullRequest(data);
  const fault = faultOf(task);
  noteMerged(data, mergedSha);
  markSubmission(data, 'merged');
  task.logLine({
    actor: 'a person',
    kind: 'decision',
    decision: `${input.task.key}: pull request #${number} was merged by hand${fault ?? ''}`,
    reason: mergedSha,
  });
  // Histories from before had no question.
  return fault !== undefined && patched('merged-elsewhere') ? askAboutMerge(task, fault) : resultOf(task);
}

/** How the merge differs from the one that was to be; undefined when it does not. An epic of one task delivers it, and asks there. */
function faultOf({ data, input, watch }: Task): string | undefined {
  const base = watch.seen()?.base;
  const isElsewhere = !input.only && base !== undefined && base !== input.targetBranch;
  const where = isElsewhere ? ` into ${base}, not into ${input.targetBranch}` : '';
  const late = data.late === undefined ? '' : ` without ${data.late.slice(0, 12)}, which its Worker handed in later`;
  return `${where}${where === '' || late === '' ? '' : ', and'}${late}` || undefined;
}

/** Others may build on what is not there: a person must know. */
export async function askAboutMerge(task: Task, fault: string): Promise<TaskResult> {
  const { data, input } = task;
  const { number, title } = requirePullRequest(data);
  if (!isAsked(task, 'elsewhere')) {
    const reason = `pull request #${number} was merged by hand${fault}`;
    await waitAway(task, { phase: 'was merged by hand', reason, state: 'BLOCKED' });
  }
  const question = () => ({
    kind: 'question' as const,
    question: `Pull request #${number} “${title}” was merged by hand${fault}. A task never gets a second pull request: if you want all of its work, merge ${data.branch} into ${input.targetBranch} by hand. Then choose: done (completes this task with what is merged) or cancel (ends the epic).`,
    options: ['done', 'cancel'],
  });
  for (;;) {
    refuseRewind(task, `pull request #${number} is merged`);
    const answer = await askUnless(task, { kind: 'elsewhere', fault }, question);
    settled(task);
    if (answer !== undefined) return resultOf(task);
  }
}

function resultOf({ data }: Task): TaskResult {
  const { number, mergedSha } = requirePullRequest(data);
  if (mergedSha === undefined) throw new Error(`Pull request #${number} is not merged`);
  // What the merge interrupted is left by now; its review stands.
  const { unchecked } = data.handIn?.change ?? data.approved ?? {};
  return { pullRequest: number, mergedSha, ...(unchecked === undefined ? {} : { unchecked }) };
}

/** Nothing is left of it that could go back. */
export function refuseRewind({ data, input, logLine }: Task, reason: string): void {
  if (data.rewind === undefined) return;
  logLine({
    actor: 'factory',
    kind: 'refusal',
    decision: `${input.task.key} did not go back to turn ${data.rewind.turn}`,
    reason,
  });
  endRewind(data, data.rewind);
}
