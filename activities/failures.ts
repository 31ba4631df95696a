/** How an error becomes a failure of our vocabulary; `nonRetryable` is decided here and where these are called. */
import { ApplicationFailure } from '@temporalio/common';
import type { FailureName } from '../workflows/contract/failures.ts';

export interface FailureOptions {
  readonly cause?: unknown;
  readonly nonRetryable?: boolean;
  readonly nextRetryDelay?: `${number}s`;
  /** Facts for the workflow, small and JSON. */
  readonly details?: readonly unknown[];
}

/** A failure worth another try unless `nonRetryable` is set. */
export function failure(type: FailureName, message: string, options: FailureOptions = {}): ApplicationFailure {
  const { cause, details, ...rest } = options;
  return ApplicationFailure.create({
    type,
    message,
    ...(cause instanceof Error ? { cause } : {}),
    ...(details === undefined ? {} : { details: [...details] }),
    ...rest,
  });
}

/** A failure that another try cannot mend. */
export function finalFailure(type: FailureName, message: string, options: Omit<FailureOptions, 'nonRetryable'> = {}) {
  return failure(type, message, { ...options, nonRetryable: true });
}
