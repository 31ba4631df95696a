/**
 * What a failed model call means: what it costs, and whether it is worth another try.
 * Decided by class, status, stream error type and error code, never by message text; what is not known to pass by
 * itself is final.
 */
import Anthropic from '@anthropic-ai/sdk';
import { CancelledFailure } from '@temporalio/common';
import { failure, finalFailure } from '../failures.ts';

export interface ModelFailure {
  /** `failed` was refused before any work and costs nothing; `unknown` may have been billed. */
  readonly outcome: 'failed' | 'unknown';
  readonly next: { readonly holdUntil: Date; readonly reason: string } | { readonly throws: Error };
}

/** Longer waits are the workflow's, where people see them. */
const HOLD_FROM_SECONDS = 60;
const RATE_LIMIT_SECONDS = 30;
/** A spend limit opens when somebody raises it or the month ends, so waiting is not an answer. */
const SPEND_LIMITS: ReadonlySet<string> = new Set([
  'contract_spend_limit_reached',
  'enforced_spend_limit_reached',
  'linked_organization_spend_limit_reached',
]);
const KEY_REFUSALS: ReadonlySet<string> = new Set(['authentication_error', 'permission_error']);
const NEVER_CONNECTED: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']);

export function modelFailure(error: unknown, now = new Date()): ModelFailure {
  if (error instanceof Anthropic.APIUserAbortError) {
    return { outcome: 'unknown', next: { throws: new CancelledFailure('The model call was cancelled', [], error) } };
  }
  if (error instanceof Anthropic.APIConnectionError) {
    const outcome = NEVER_CONNECTED.has(connectionCode(error) ?? '') ? 'failed' : 'unknown';
    return { outcome, next: { throws: unavailable('cannot be reached', error) } };
  }
  if (error instanceof Anthropic.APIError) return apiFailure(error, now);
  // The SDK's own error: the stream broke off, or held what is not JSON.
  if (error instanceof Anthropic.AnthropicError && !isUnreadable(error)) {
    return { outcome: 'unknown', next: { throws: unavailable('broke off its answer', error) } };
  }
  const reason = error instanceof Error ? error.message : String(error);
  return {
    outcome: 'unknown',
    next: { throws: finalFailure('ModelRefusedRequest', `The model call failed: ${reason}`, { cause: error }) },
  };
}

/** The SDK met an event of a form that it does not know; a network's TypeError has a cause or a code. */
function isUnreadable({ cause }: Error): boolean {
  return cause instanceof TypeError && cause.cause === undefined && !('code' in cause);
}

function apiFailure(error: InstanceType<typeof Anthropic.APIError>, now: Date): ModelFailure {
  const { status } = error;
  const said = error.apiMessage === null ? '' : `: ${error.apiMessage}`;
  const refusal = (
    type: 'NotAuthenticated' | 'ModelNotAvailable' | 'ModelRefusedRequest',
    message: string,
  ): ModelFailure => ({
    // Without a status it came in the middle of a stream, which was begun and may be billed.
    outcome: status === undefined ? 'unknown' : 'failed',
    next: { throws: finalFailure(type, message, { cause: error }) },
  });
  if (status === 402 || error.type === 'billing_error' || SPEND_LIMITS.has(error.errorCode ?? '')) {
    return refusal('NotAuthenticated', `The model provider refuses to bill${said}. See the account's billing page.`);
  }
  if (status === 401 || status === 403 || KEY_REFUSALS.has(error.type ?? '')) {
    return refusal('NotAuthenticated', `The model provider refused ANTHROPIC_API_KEY${said}. Check the key.`);
  }
  if (status === 404 || error.type === 'not_found_error') {
    return refusal('ModelNotAvailable', `The model provider does not know this${said}. Check CLAUDE_MODEL.`);
  }
  if (status === 429 || (status === undefined && error.type === 'rate_limit_error')) {
    return slowDown(error, now, retryAfterSeconds(error.headers, now) ?? RATE_LIMIT_SECONDS);
  }
  if (isPassing(error)) {
    const seconds = retryAfterSeconds(error.headers, now);
    if (status !== undefined && seconds !== undefined) return slowDown(error, now, seconds);
    return {
      outcome: status === undefined ? 'unknown' : 'failed',
      next: { throws: unavailable('is overloaded or broken', error) },
    };
  }
  return refusal('ModelRefusedRequest', `The model provider refused the request${said}`);
}

/** Passes by itself: any 5xx (529 is overload), a time-out or conflict, and their likes in mid-stream. */
function isPassing({ status, type }: InstanceType<typeof Anthropic.APIError>): boolean {
  if (status !== undefined) return status >= 500 || status === 408 || status === 409;
  return type === 'overloaded_error' || type === 'api_error' || type === 'timeout_error';
}

function slowDown(error: InstanceType<typeof Anthropic.APIError>, now: Date, seconds: number): ModelFailure {
  const outcome = error.status === undefined ? 'unknown' : 'failed';
  const limited = error.status === 429 || error.type === 'rate_limit_error';
  const reason = limited ? 'The model provider’s rate limit is reached' : 'The model provider is overloaded';
  if (seconds >= HOLD_FROM_SECONDS) {
    return { outcome, next: { holdUntil: new Date(now.getTime() + seconds * 1_000), reason } };
  }
  return {
    outcome,
    next: {
      throws: failure(limited ? 'RateLimited' : 'ModelUnavailable', `${reason}; next try in ${Math.ceil(seconds)} s`, {
        cause: error,
        nextRetryDelay: `${Math.max(1, Math.ceil(seconds))}s`,
      }),
    },
  };
}

const unavailable = (what: string, cause: unknown) =>
  failure('ModelUnavailable', `The model provider ${what}`, { cause });

/** `retry-after` is a number of seconds or a date. */
function retryAfterSeconds(headers: Headers | undefined, now: Date): number | undefined {
  const value = headers?.get('retry-after');
  if (value === null || value === undefined || value.trim() === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now.getTime()) / 1_000);
}

/** The system's code for why no connection came about, from the causes underneath. */
function connectionCode(error: unknown): string | undefined {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string') return code;
  }
  return undefined;
}
