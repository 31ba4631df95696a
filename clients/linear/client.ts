/** One call to Linear: a document in, its data or a failure of our vocabulary out. */
import { ApplicationFailure } from '@temporalio/common';
import type { FailureName } from '../../workflows/contract/failures.ts';
import { failure, finalFailure, passingFailure } from '../failures.ts';

export interface LinearAccount {
  readonly apiKey: string;
  readonly apiUrl: string;
}

export type AskLinear = <Data>(document: string, variables: Record<string, unknown>) => Promise<Data>;

/** A call takes a moment; one that takes longer is tried again. */
const ANSWER_WITHIN_MS = 15_000;

/** Somebody will fix the key some time, and until then there is no point in asking often. */
const KEY_AGAIN = '300s';

/**
 * Fails: TrackerRefused (final); NotAuthenticated (retried, since it says nothing about what was asked), RateLimited (after
 * Linear's own wait), TrackerUnavailable (retried).
 */
export function createLinearClient({ apiKey, apiUrl }: LinearAccount): AskLinear {
  return async <Data>(document: string, variables: Record<string, unknown>): Promise<Data> => {
    // Half a second to load: only where a tracker is used, and then once.
    const sdk = await import('@linear/sdk');
    const options = { headers: { Authorization: apiKey }, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) };
    const client = new sdk.LinearGraphQLClient(apiUrl, options);
    try {
      const { data } = await client.rawRequest<Data, Record<string, unknown>>(document, variables);
      return data as Data;
    } catch (error) {
      throw asFailure(sdk, error);
    }
  };
}

/** Decides by the error's class, never by its message. The error holds the request, so only its words are kept. */
function asFailure(sdk: typeof import('@linear/sdk'), error: unknown): ApplicationFailure {
  const said = error instanceof Error ? error.message.slice(0, 500) : 'unknown';
  if (error instanceof sdk.RatelimitedLinearError) {
    const nextRetryDelay = `${secondsToWait(error)}s` as const;
    return passingFailure('RateLimited', `Linear asks us to slow down: ${said}`, { nextRetryDelay });
  }
  if (error instanceof sdk.AuthenticationLinearError || error instanceof sdk.ForbiddenLinearError) {
    return failure('NotAuthenticated', `Linear refused LINEAR_API_KEY: ${said}`, { nextRetryDelay: KEY_AGAIN });
  }
  if (error instanceof sdk.InvalidInputLinearError) {
    return NotVisible.create({ ...REFUSED, message: `Linear refused the request: ${said}` });
  }
  if (error instanceof sdk.UserLinearError) {
    return finalFailure('TrackerRefused', `Linear refused the request: ${said}`);
  }
  if (error instanceof sdk.GraphqlLinearError) {
    return finalFailure('TrackerRefused', `Linear does not understand the request: ${said}`);
  }
  return passingFailure('TrackerUnavailable', `Linear does not answer: ${said}`);
}

type Limits = { readonly retryAfter?: number | undefined; readonly requestsResetAt?: number | undefined };

function secondsToWait({ retryAfter, requestsResetAt }: Limits): number {
  const untilReset = requestsResetAt === undefined ? undefined : Math.ceil((requestsResetAt - Date.now()) / 1_000);
  return Math.min(3_600, Math.max(1, retryAfter ?? untilReset ?? 60));
}

/** Linear does not know the thing that was asked about, or hides it. */
class NotVisible extends ApplicationFailure {}
const REFUSED = { type: 'TrackerRefused' satisfies FailureName, nonRetryable: true };

/** Linear answers so for anything that does not exist or that the key may not see. */
export const isNotVisible = (error: unknown): boolean => error instanceof NotVisible;
export const isRefused = (error: unknown): boolean =>
  error instanceof ApplicationFailure && error.type === 'TrackerRefused';
