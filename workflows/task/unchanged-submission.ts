/** A hand-in that a review has seen before. */
import { ApplicationFailure } from '@temporalio/workflow';
import type { Task } from './context.ts';
import { noteCameBack } from './hand-in-state.ts';
import { openFindings, reviewOfSame } from './reviews.ts';
import { type HandIn, markSubmission, noteTried, setOpening } from './state.ts';

/**
 * True when a review has seen exactly these files and asked for changes: another reviewer would only be another chance.
 * It goes back to its Worker once, then a person decides between the two.
 */
export function cameBackUnchanged(task: Task, { change }: HandIn): boolean {
  const { data, input } = task;
  const { reviews = [] } = data;
  const seen = reviewOfSame(reviews, change.treeSha);
  if (seen === undefined) return false;
  markSubmission(data, 'changes-requested');
  if (seen.cameBack === true) {
    throw ApplicationFailure.create({
      type: 'TaskFailed',
      message: `The review asks for changes (“${seen.summary}”), and the Worker hands in the same again: “${change.summary.slice(0, 1_000)}”`,
      nonRetryable: true,
    });
  }
  noteCameBack(data);
  const words = 'what was handed in is what the review has seen already';
  task.logLine({
    actor: 'factory',
    kind: 'decision',
    decision: `${input.task.key} is not reviewed again but goes back to its Worker`,
    reason: words,
  });
  noteTried(data, words);
  const comments = openFindings(reviews);
  setOpening(data, { kind: 'changes-requested', summary: seen.summary, comments, isSame: true });
  return true;
}
