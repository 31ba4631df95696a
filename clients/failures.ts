/**
 * How an error becomes a failure of our vocabulary, and what follows from it: final, known to pass by itself, or
 * neither. What is neither is tried again for minutes and is a person's then (worker/bounded-retries.ts).
 */
import { ApplicationFailure } from '@temporalio/common';
import type { FailureName } from '../workflows/contract/failures.ts';

export interface FailureOptions {
  readonly cause?: unknown;
  readonly nonRetryable?: boolean;
  readonly nextRetryDelay?: `${number}s`;
  /** It is wanted, so that logs and metrics leave it out. */
  readonly category?: 'BENIGN';
  /** Facts for the workflow, small and JSON. */
  readonly details?: readonly unknown[];
}

/** Known to pass by itself, so it is tried again without end. */
export class PassingFailure extends ApplicationFailure {}

/** A failure that may repeat with the same words for longer than others before a person is asked. */
export class StubbornFailure extends ApplicationFailure {
  /** The same words for so long are a person's matter. */
  readonly forMs: number;
  /** In place of the words: whatever they are, two failures with the same are one that lasts. */
  readonly about: string | undefined;

  constructor(type: FailureName, message: string, forMs: number, options: FailureOptions & { about?: string } = {}) {
    const { cause, details, nextRetryDelay, about } = options;
    super(message, type, false, details && [...details], cause instanceof Error ? cause : undefined, nextRetryDelay);
    this.forMs = forMs;
    this.about = about;
  }
}

/** Tried again for minutes, then a person's matter, unless `nonRetryable` is set. */
export function failure(type: FailureName, message: string, options: FailureOptions = {}): ApplicationFailure {
  return ApplicationFailure.create(given(type, message, options));
}

/** A failure that is known to pass by itself: tried again without end. */
export function passingFailure(type: FailureName, message: string, options: FailureOptions = {}): PassingFailure {
  return PassingFailure.create(given(type, message, options));
}

/** A failure that another try cannot fix. */
export function finalFailure(type: FailureName, message: string, options: Omit<FailureOptions, 'nonRetryable'> = {}) {
  return failure(type, message, { ...options, nonRetryable: true });
}

function given(type: FailureName, message: string, { cause, details, ...rest }: FailureOptions) {
  return {
    type,
    message,
    ...(cause instanceof Error ? { cause } : {}),
    ...(details === undefined ? {} : { details: [...details] }),
    ...rest,
  };
}
