/**
 * What a failed model call means: what it costs, and whether it is worth another try.
 * Decided by class, status, stream error type and error code, never by message text. What is known to pass is tried again
 * without end. Between us and the provider a gateway may stand that drops waits and codes, so no answer for ten minutes,
 * however it fails, or the same limit for so long, is a person's, with its last words. The rest is final.
 */

import Anthropic from '@anthropic-ai/sdk';
import { CancelledFailure } from '@temporalio/common';
import { defined } from '../../workflows/contract/optional-fields.ts';
import { finalFailure, passingFailure, StubbornFailure } from '../failures.ts';
import { NeverConnected } from './connection.ts';

export interface ModelFailure {
  /** `failed` was refused before any work and costs nothing; `unknown` may have been billed. */
  readonly outcome: 'failed' | 'unknown';
  readonly next: { readonly holdUntil: Date; readonly reason: string } | { readonly throws: Error };
}

/** Longer waits are the workflow's, where people see them. */
const HOLD_FROM_SECONDS = 60;
const RATE_LIMIT_SECONDS = 30;
const PROVIDER_HOST = 'api.anthropic.com';
/** A spend limit opens when somebody raises it or the month ends, so waiting is not an answer. */
const SPEND_LIMITS: ReadonlySet<string> = new Set([
  'contract_spend_limit_reached',
  'enforced_spend_limit_reached',
  'linked_organization_spend_limit_reached',
]);
const KEY_REFUSALS: ReadonlySet<string> = new Set(['authentication_error', 'permission_error']);
/** The smallest context window, in tokens, among the models that can be asked. */
const SMALLEST_WINDOW = 200_000;

/** Of a gateway: it began the call and did not wait for its end, or lost the answer. */
const GIVEN_UP: ReadonlySet<number> = new Set([408, 502, 504, 520, 521, 522, 523, 524]);
/** By then each try may have been paid, so that ten minutes hold about five of them. */
const LOST_RETRY_SECONDS = [15, 60] as const;
const LATER_LOST_RETRY_SECONDS = 240;
/** Before those, once: a connection that breaks most often broke by chance. */
const BROKEN_RETRY_SECONDS = [1, ...LOST_RETRY_SECONDS] as const;

/** A failure that repeats unchanged for so long is for a person: a spend limit or a wrong address looks the same. */
const STUBBORN_MS = 10 * 60_000;

export interface ModelFailureContext {
  readonly now?: Date;
  /** Where the model was asked; named when it is not the provider itself. */
  readonly baseUrl?: string;
  readonly stubbornMs?: number;
  /** How many calls for the same answer may have been paid before it. */
  readonly unanswered?: number;
  /** Another model takes over from one that stays overloaded. */
  readonly hasFallback?: boolean;
}

interface Asked {
  readonly now: Date;
  /** Who answered, as a sentence begins. */
  readonly provider: string;
  readonly isGateway: boolean;
  readonly stubbornMs: number;
  readonly unanswered: number;
  readonly hasFallback: boolean;
}

export function modelFailure(error: unknown, context: ModelFailureContext = {}): ModelFailure {
  const { now = new Date(), baseUrl, stubbornMs = STUBBORN_MS, unanswered = 0, hasFallback = false } = context;
  const gateway = gatewayOf(baseUrl);
  // Without a user or path, which may hold a key.
  const provider = `The model provider${gateway === undefined ? '' : ` at ${gateway} (ANTHROPIC_BASE_URL)`}`;
  return failureOf(error, { now, stubbornMs, unanswered, hasFallback, provider, isGateway: gateway !== undefined });
}

/** The host that is asked in the provider's place. */
function gatewayOf(baseUrl: string | undefined): string | undefined {
  const host = baseUrl === undefined ? undefined : URL.parse(baseUrl)?.host;
  return host === PROVIDER_HOST ? undefined : host;
}

function failureOf(error: unknown, asked: Asked): ModelFailure {
  if (error instanceof Anthropic.APIUserAbortError) {
    return { outcome: 'unknown', next: { throws: new CancelledFailure('The model call was cancelled', [], error) } };
  }
  if (error instanceof Anthropic.APIConnectionError) {
    const { cause } = error;
    if (!(cause instanceof NeverConnected)) return broken(error, asked);
    const what = `cannot be reached (${cause.code})`;
    return { outcome: 'failed', next: { throws: stubborn('ModelUnavailable', what, asked, error) } };
  }
  if (error instanceof Anthropic.APIError) return apiFailure(error, asked);
  // The SDK's own error: the stream broke off, or held what is not JSON.
  if (error instanceof Anthropic.AnthropicError && !isUnreadable(error)) return broken(error, asked);
  const reason = error instanceof Error ? error.message : String(error);
  return {
    outcome: 'unknown',
    next: { throws: finalFailure('ModelRefusedRequest', `The model call failed: ${reason}`, { cause: error }) },
  };
}

/** The same words wherever it broke: a connection that breaks here and there by turns lasts too. */
function broken(error: Error, asked: Asked): ModelFailure {
  const what = 'did not finish its answer: the connection broke or timed out';
  const throws = stubborn('ModelUnavailable', what, asked, error, `${brokenRetrySeconds(asked)}s`);
  return { outcome: 'unknown', next: { throws } };
}

/** The SDK met an event of a form that it does not know; a network's TypeError has a cause or a code. */
function isUnreadable({ cause }: Error): boolean {
  return cause instanceof TypeError && cause.cause === undefined && !('code' in cause);
}

function apiFailure(error: InstanceType<typeof Anthropic.APIError>, asked: Asked): ModelFailure {
  const { provider } = asked;
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
  if (isBillingRefused(error)) {
    return refusal('NotAuthenticated', `${provider} refuses to bill${said}. See the account's billing page.`);
  }
  if (isKeyRefused(error)) {
    return refusal('NotAuthenticated', `${provider} refused ANTHROPIC_API_KEY${said}. Check the key.`);
  }
  if (status === 404 || error.type === 'not_found_error') {
    return refusal('ModelNotAvailable', `${provider} does not know this${said}. Check CLAUDE_MODEL.`);
  }
  if (status === 429 || (status === undefined && error.type === 'rate_limit_error')) {
    return slowDown(error, asked, retryAfterSeconds(error.headers, asked.now));
  }
  if (isPassing(error)) {
    const seconds = retryAfterSeconds(error.headers, asked.now);
    if (status !== undefined && seconds !== undefined) return slowDown(error, asked, seconds);
    const what = `is overloaded or broken (${status ?? error.type}${said})`;
    const wait = paidRetrySeconds(error, asked);
    const nextRetryDelay = wait === 0 ? undefined : (`${wait}s` as const);
    const throws = isOverload(error)
      ? passing(what, asked, error, nextRetryDelay)
      : stubborn('ModelUnavailable', what, asked, error, nextRetryDelay);
    return { outcome: outcomeOf(error, asked), next: { throws } };
  }
  const remedy = 'It may be the key, the credit or the request: see what the words say.';
  return refusal('ModelRefusedRequest', `${provider} refused the request (${status ?? error.type}${said}). ${remedy}`);
}

const isBillingRefused = ({ status, type, errorCode }: InstanceType<typeof Anthropic.APIError>): boolean =>
  status === 402 || type === 'billing_error' || SPEND_LIMITS.has(errorCode ?? '');

const isKeyRefused = ({ status, type }: InstanceType<typeof Anthropic.APIError>): boolean =>
  status === 401 || status === 403 || KEY_REFUSALS.has(type ?? '');

/**
 * Whether the call may have been refused because its prompt does not fit into the model's window. The API has no status,
 * type or code for that; a prompt that fits the smallest window was refused for another reason. `boundTokens`: the
 * most tokens that prompt and answer can have.
 */
export function mayBeTooLong(error: unknown, boundTokens: number): boolean {
  if (!(error instanceof Anthropic.APIError)) return false;
  if (error.status === 413) return true;
  return error.status === 400 && boundTokens > SMALLEST_WINDOW && !isBillingRefused(error) && !isKeyRefused(error);
}

/** Passes by itself: any 5xx (529 is overload), a time-out or conflict, and their likes in mid-stream. */
function isPassing({ status, type }: InstanceType<typeof Anthropic.APIError>): boolean {
  if (status !== undefined) return status >= 500 || status === 408 || status === 409;
  return type === 'overloaded_error' || type === 'api_error' || type === 'timeout_error';
}

/** The provider's own word for a time-out before its answer began bills nothing; a gateway's says nothing of the provider. */
function isGivenUp({ status, type }: InstanceType<typeof Anthropic.APIError>, { isGateway }: Asked): boolean {
  if (status === undefined || !GIVEN_UP.has(status)) return false;
  return isGateway || type !== 'timeout_error';
}

/** Without a status it came in the middle of a stream, which was begun. */
const outcomeOf = (error: InstanceType<typeof Anthropic.APIError>, asked: Asked): ModelFailure['outcome'] =>
  error.status === undefined || isGivenUp(error, asked) ? 'unknown' : 'failed';

const lostRetrySeconds = ({ unanswered }: Asked): number => LOST_RETRY_SECONDS[unanswered] ?? LATER_LOST_RETRY_SECONDS;
const brokenRetrySeconds = ({ unanswered }: Asked): number =>
  BROKEN_RETRY_SECONDS[unanswered] ?? LATER_LOST_RETRY_SECONDS;

/** The least wait before the next try: none after a call that was free. */
function paidRetrySeconds(error: InstanceType<typeof Anthropic.APIError>, asked: Asked): number {
  if (isGivenUp(error, asked)) return lostRetrySeconds(asked);
  if (outcomeOf(error, asked) === 'failed') return 0;
  // The other model takes over once calls have met overload for a while, so they must come often.
  return isOverload(error) && asked.hasFallback ? 0 : brokenRetrySeconds(asked);
}

/** Whether a failed call met a model that has too much work. */
export const isOverloaded = (error: unknown): boolean => error instanceof Anthropic.APIError && isOverload(error);

/** Its own word for too much work, which has an end. */
const isOverload = ({ status, type }: InstanceType<typeof Anthropic.APIError>): boolean =>
  status === 529 || type === 'overloaded_error';

/** Without a time a spend limit looks like a limit of the rate. */
function slowDown(
  error: InstanceType<typeof Anthropic.APIError>,
  asked: Asked,
  givenSeconds: number | undefined,
): ModelFailure {
  const seconds = givenSeconds ?? RATE_LIMIT_SECONDS;
  const outcome = outcomeOf(error, asked);
  const limited = error.status === 429 || error.type === 'rate_limit_error';
  const what = limited ? 'asks us to slow down' : 'is overloaded';
  const said = error.apiMessage === null ? '' : `: ${error.apiMessage}`;
  if (seconds >= HOLD_FROM_SECONDS) {
    const holdUntil = new Date(asked.now.getTime() + seconds * 1_000);
    return { outcome, next: { holdUntil, reason: `${asked.provider} ${what}` } };
  }
  const type = limited ? 'RateLimited' : 'ModelUnavailable';
  // A wait of its own does not say that the call before was free.
  const wait = Math.max(1, Math.ceil(seconds), paidRetrySeconds(error, asked));
  const options = { cause: error, nextRetryDelay: `${wait}s` } as const;
  const words = `${what}${said}; next try in ${wait} s`;
  const throws =
    givenSeconds === undefined
      ? stubborn(type, words, asked, error, options.nextRetryDelay)
      : passingFailure(type, `${asked.provider} ${words}`, options);
  return { outcome, next: { throws } };
}

const passing = (what: string, { provider }: Asked, cause: unknown, nextRetryDelay?: `${number}s`) =>
  passingFailure('ModelUnavailable', `${provider} ${what}`, { cause, ...defined({ nextRetryDelay }) });

const stubborn = (
  type: 'ModelUnavailable' | 'RateLimited',
  what: string,
  { provider, stubbornMs }: Asked,
  cause: unknown,
  nextRetryDelay?: `${number}s`,
) =>
  new StubbornFailure(type, `${provider} ${what}`, stubbornMs, {
    cause,
    ...defined({ nextRetryDelay }),
    // A network or a gateway that fails in several ways by turns has one fault, and each try may be paid.
    ...(type === 'ModelUnavailable' ? { about: 'no answer from the model provider' } : {}),
  });

/** `retry-after` is a number of seconds or a date. */
function retryAfterSeconds(headers: Headers | undefined, now: Date): number | undefined {
  const value = headers?.get('retry-after');
  if (value === null || value === undefined || value.trim() === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now.getTime()) / 1_000);
}
