/** What stands behind an activity's or child's failure. */
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  isCancellation,
  TemporalFailure,
} from '@temporalio/workflow';

/** The failure name behind an activity's or child's failure, when it is one of ours. */
export function failureType(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ApplicationFailure) return cause.type ?? undefined;
  }
  return undefined;
}

/** The innermost message: what happened, without the engine's wrapping. */
export function failureMessage(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ApplicationFailure || !(cause.cause instanceof Error)) return cause.message;
  }
  return String(error);
}

/** What the failure says besides its message. */
export function detailsOf(error: unknown): unknown[] {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ApplicationFailure) return cause.details ?? [];
  }
  return [];
}

/** An agent ended by itself without its work: another one in its place may do better. */
export const isAgentsOwn = (error: unknown): boolean => AGENTS_OWN.has(failureType(error) ?? '');

const AGENTS_OWN: ReadonlySet<string> = new Set(['AgentGaveUp', 'AgentLooped', 'AgentExhausted']);

/** Why an execution ends: once it was cancelled that is why, whatever failure its interrupted work ended with. */
export function endedBy(error: unknown): unknown {
  if (!(error instanceof TemporalFailure) || isCancellation(error)) return error;
  return CancellationScope.current().consideredCancelled ? new CancelledFailure('cancelled', [], error) : error;
}

/** Whether retries without a person are used up (worker/bounded-retries.ts), so that a person decides now. */
export function isForPerson(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ApplicationFailure) return cause.details?.some(isTried) ?? false;
  }
  return false;
}

const isTried = (detail: unknown): boolean => typeof detail === 'object' && detail !== null && 'triedForMs' in detail;

/** The activity itself said that another try fixes nothing; any other failure is over as soon as its cause is. */
export function isRefused(error: unknown): boolean {
  return error instanceof ActivityFailure && error.retryState === 'NON_RETRYABLE_FAILURE';
}
