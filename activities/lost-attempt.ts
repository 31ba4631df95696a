/** Why an activity is told to stop. */
import { CancelledFailure } from '@temporalio/common';

/**
 * Why this attempt is over although nobody cancelled its work (the worker process shuts down, the server gave the
 * attempt up), so that the work may go on and another attempt takes it up; undefined for a cancellation.
 */
export function lostAttempt(reason: unknown): string | undefined {
  return reason instanceof CancelledFailure && reason.message !== 'CANCELLED' ? reason.message : undefined;
}
