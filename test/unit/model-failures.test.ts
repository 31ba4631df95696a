/** Every way in which a model call can fail: by class, status, stream error type and code, never by its words. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { PassingFailure, StubbornFailure } from '../../clients/failures.ts';
import { callModel, createModelClient, modelRequest } from '../../clients/model/call.ts';
import { NeverConnected } from '../../clients/model/connection.ts';
import { type ModelFailure, mayBeTooLong, modelFailure } from '../../clients/model/failures.ts';

const NOW = new Date('2026-11-23T00:00:00Z');

function apiError(status: number | undefined, type: string, headers: Record<string, string> = {}, code?: string) {
  const details = code === undefined ? null : { error_code: code };
  const body = { type: 'error', error: { type, message: 'words', details } };
  return status === undefined
    ? new Anthropic.APIError(undefined, body, undefined, new Headers(headers), type as never)
    : Anthropic.APIError.generate(status, body, undefined, new Headers(headers));
}

/** Failure name, whether it is retried, and what the ledger says. */
function summary({ outcome, next }: ModelFailure): string {
  if ('holdUntil' in next) return `hold ${(next.holdUntil.getTime() - NOW.getTime()) / 1_000} ${outcome}`;
  if (next.throws instanceof CancelledFailure) return `cancelled ${outcome}`;
  assert.ok(next.throws instanceof ApplicationFailure);
  const { type, nonRetryable, nextRetryDelay } = next.throws;
  const kind = next.throws instanceof PassingFailure ? 'passes' : 'stubborn';
  assert.ok(nonRetryable || kind === 'passes' || next.throws instanceof StubbornFailure);
  return [type, nonRetryable ? 'final' : kind, nextRetryDelay, outcome].filter((part) => part !== undefined).join(' ');
}

const cases: [string, unknown, string][] = [
  ['429 without a time', apiError(429, 'rate_limit_error'), 'RateLimited stubborn 30s failed'],
  ['429 with seconds', apiError(429, 'rate_limit_error', { 'retry-after': '7' }), 'RateLimited passes 7s failed'],
  [
    '429 with a part of a second',
    apiError(429, 'rate_limit_error', { 'retry-after': '0.2' }),
    'RateLimited passes 1s failed',
  ],
  ['429 for a minute', apiError(429, 'rate_limit_error', { 'retry-after': '60' }), 'hold 60 failed'],
  [
    '429 until a date',
    apiError(429, 'rate_limit_error', { 'retry-after': 'Mon, 23 Nov 2026 01:00:00 GMT' }),
    'hold 3600 failed',
  ],
  [
    'a spend limit',
    apiError(429, 'rate_limit_error', {}, 'enforced_spend_limit_reached'),
    'NotAuthenticated final failed',
  ],
  ['overload', apiError(529, 'overloaded_error'), 'ModelUnavailable passes failed'],
  [
    'overload with a wait',
    apiError(529, 'overloaded_error', { 'retry-after': '9' }),
    'ModelUnavailable passes 9s failed',
  ],
  ['overload for long', apiError(529, 'overloaded_error', { 'retry-after': '90' }), 'hold 90 failed'],
  ['500', apiError(500, 'api_error'), 'ModelUnavailable stubborn failed'],
  ['503', apiError(503, 'api_error'), 'ModelUnavailable stubborn failed'],
  ['504', apiError(504, 'timeout_error'), 'ModelUnavailable stubborn failed'],
  ['408', apiError(408, 'timeout_error'), 'ModelUnavailable stubborn failed'],
  ['401', apiError(401, 'authentication_error'), 'NotAuthenticated final failed'],
  ['403', apiError(403, 'permission_error'), 'NotAuthenticated final failed'],
  ['402', apiError(402, 'billing_error'), 'NotAuthenticated final failed'],
  ['404', apiError(404, 'not_found_error'), 'ModelNotAvailable final failed'],
  ['no bill in mid-stream', apiError(undefined, 'billing_error'), 'NotAuthenticated final unknown'],
  ['400', apiError(400, 'invalid_request_error'), 'ModelRefusedRequest final failed'],
  ['413', apiError(413, 'invalid_request_error'), 'ModelRefusedRequest final failed'],
  ['overload in mid-stream', apiError(undefined, 'overloaded_error'), 'ModelUnavailable passes 1s unknown'],
  ['api_error in mid-stream', apiError(undefined, 'api_error'), 'ModelUnavailable stubborn 1s unknown'],
  ['a limit in mid-stream', apiError(undefined, 'rate_limit_error'), 'RateLimited stubborn 30s unknown'],
  ['a refusal in mid-stream', apiError(undefined, 'invalid_request_error'), 'ModelRefusedRequest final unknown'],
  ['a lost connection', new Anthropic.APIConnectionError({ message: 'x' }), 'ModelUnavailable stubborn 1s unknown'],
  [
    'no connection at all',
    new Anthropic.APIConnectionError({ cause: new NeverConnected('ECONNREFUSED') }),
    'ModelUnavailable stubborn failed',
  ],
  ['a time-out', new Anthropic.APIConnectionTimeoutError(), 'ModelUnavailable stubborn 1s unknown'],
  ['a stream that breaks off', new Anthropic.AnthropicError('terminated'), 'ModelUnavailable stubborn 1s unknown'],
  [
    'a stream that nobody can read',
    Object.assign(new Anthropic.AnthropicError('x'), { cause: new TypeError('Cannot read properties of undefined') }),
    'ModelRefusedRequest final unknown',
  ],
  [
    'a stream that the network ends',
    Object.assign(new Anthropic.AnthropicError('x'), { cause: new TypeError('terminated', { cause: new Error('x') }) }),
    'ModelUnavailable stubborn 1s unknown',
  ],
  ['a cancellation', new Anthropic.APIUserAbortError(), 'cancelled unknown'],
  ['a mistake of ours', new TypeError('x is not a function'), 'ModelRefusedRequest final unknown'],
];

for (const [name, error, expected] of cases) {
  test(`${name}: ${expected}`, () => assert.equal(summary(modelFailure(error, { now: NOW })), expected));
}

test('a refused prompt may be too long where a window can be full, and neither key nor credit is refused', () => {
  const refused = [
    [413, 'request_too_large', 1, true],
    [400, 'invalid_request_error', 200_001, true],
    [400, 'invalid_request_error', 200_000, false],
    [400, 'billing_error', 1_000_000, false],
    [400, 'authentication_error', 1_000_000, false],
    [404, 'not_found_error', 1_000_000, false],
    [undefined, 'invalid_request_error', 1_000_000, false],
  ] as const;
  for (const [status, type, boundTokens, expected] of refused) {
    assert.equal(mayBeTooLong(apiError(status, type), boundTokens), expected, `${status} ${type} ${boundTokens}`);
  }
  assert.equal(mayBeTooLong(new Anthropic.APIConnectionError({ message: 'x' }), 1_000_000), false);
});

test('what a gateway gave up may have been billed, and is not paid again at once', () => {
  const baseUrl = 'http://litellm.local:4000';
  const given = [408, 502, 504, 520, 521, 522, 523, 524];
  for (const status of given) {
    assert.equal(
      summary(modelFailure(apiError(status, 'api_error'), { now: NOW })),
      'ModelUnavailable stubborn 15s unknown',
    );
    const words = apiError(status, 'timeout_error');
    const waits = [0, 1, 2, 8].map((unanswered) => summary(modelFailure(words, { now: NOW, baseUrl, unanswered })));
    assert.deepEqual(
      waits,
      ['15s', '60s', '240s', '240s'].map((wait) => `ModelUnavailable stubborn ${wait} unknown`),
    );
    const withWait = apiError(status, 'timeout_error', { 'retry-after': '7' });
    assert.equal(summary(modelFailure(withWait, { now: NOW, baseUrl })), 'ModelUnavailable passes 15s unknown');
  }
  for (const status of [500, 503]) {
    assert.equal(
      summary(modelFailure(apiError(status, 'api_error'), { now: NOW, baseUrl })),
      'ModelUnavailable stubborn failed',
    );
  }
});

/** As the platform's fetch fails, whatever the address. */
async function fetchFailure(cause: Error): Promise<ModelFailure> {
  const fetch = mock.method(globalThis, 'fetch', async () => {
    throw new TypeError('fetch failed', { cause });
  });
  const request = modelRequest({ model: 'm', maxTokens: 1, prompt: { system: 's', tools: [] }, messages: [] });
  const listener = { signal: new AbortController().signal, onText: () => {}, onEvent: () => {} };
  try {
    await callModel(createModelClient({ apiKey: 'k' }), request, listener);
  } catch (error) {
    return modelFailure(error, { now: NOW });
  } finally {
    fetch.mock.restore();
  }
  return assert.fail('it answered');
}

const system = (words: string, code: string, syscall?: string) => Object.assign(new Error(words), { code, syscall });

test('a connection that never came about is free, though the SDK takes some for time-outs', async () => {
  const refused = system('connect ECONNREFUSED ::1:443', 'ECONNREFUSED', 'connect');
  const late = system('connect ETIMEDOUT 192.0.2.1:443', 'ETIMEDOUT', 'connect');
  for (const cause of [
    ...[refused, late, new AggregateError([late, refused])],
    system('Connect Timeout Error (attempted address: example:443)', 'UND_ERR_CONNECT_TIMEOUT'),
    system('connect ENETUNREACH 192.0.2.1:443', 'ENETUNREACH', 'connect'),
    system('getaddrinfo EAI_AGAIN example', 'EAI_AGAIN', 'getaddrinfo'),
    system('certificate has expired', 'CERT_HAS_EXPIRED'),
  ]) {
    const failure = await fetchFailure(cause);
    assert.equal(summary(failure), 'ModelUnavailable stubborn failed', String(cause));
    assert.ok('throws' in failure.next);
    assert.match(failure.next.throws.message, /cannot be reached \([A-Z_]+\)$/);
  }
});

test('a connection that may have carried the call counts, and is not paid again at once', async () => {
  const refused = system('connect ECONNREFUSED ::1:443', 'ECONNREFUSED', 'connect');
  for (const cause of [
    ...[system('read ECONNRESET', 'ECONNRESET', 'read'), system('other side closed', 'UND_ERR_SOCKET')],
    ...[system('read ETIMEDOUT', 'ETIMEDOUT', 'read'), system('read EHOSTUNREACH', 'EHOSTUNREACH', 'read')],
    system('Headers Timeout Error', 'UND_ERR_HEADERS_TIMEOUT'),
    new AggregateError([refused, new Error('read')]),
  ])
    assert.equal(summary(await fetchFailure(cause)), 'ModelUnavailable stubborn 1s unknown', String(cause));
});

test('what may have been paid is tried again less and less often', () => {
  const waits = (error: unknown, more: object = {}) =>
    [0, 1, 2, 3, 8].map((unanswered) => summary(modelFailure(error, { now: NOW, unanswered, ...more })));
  const seconds = [1, 15, 60, 240, 240];
  const stubborn = seconds.map((wait) => `ModelUnavailable stubborn ${wait}s unknown`);
  assert.deepEqual(waits(new Anthropic.APIConnectionError({ message: 'x' })), stubborn);
  assert.deepEqual(waits(new Anthropic.AnthropicError('terminated')), stubborn);
  assert.deepEqual(waits(apiError(undefined, 'api_error')), stubborn);
  const limited = waits(apiError(undefined, 'rate_limit_error'));
  assert.deepEqual(
    limited,
    [30, 30, 60, 240, 240].map((wait) => `RateLimited stubborn ${wait}s unknown`),
  );
  const overloaded = apiError(undefined, 'overloaded_error');
  assert.deepEqual(
    waits(overloaded),
    seconds.map((wait) => `ModelUnavailable passes ${wait}s unknown`),
  );
  // The other model takes over only from one that is asked meanwhile.
  assert.deepEqual(new Set(waits(overloaded, { hasFallback: true })), new Set(['ModelUnavailable passes unknown']));
});

test('a final failure says what the provider said and what to do', () => {
  const { next } = modelFailure(apiError(401, 'authentication_error'), { now: NOW });
  assert.ok('throws' in next);
  assert.match(next.throws.message, /refused ANTHROPIC_API_KEY: words\. Check the key/);
});

test('words of a gateway are kept with its host, and nothing else of its address', () => {
  const baseUrl = 'http://user:secret@litellm.local:4000/key/v1';
  for (const status of [400, 429, 500, 503]) {
    const { next } = modelFailure(apiError(status, 'api_error'), { now: NOW, baseUrl });
    assert.ok('throws' in next);
    assert.match(next.throws.message, /^The model provider at litellm\.local:4000 \(ANTHROPIC_BASE_URL\) .*words/);
    assert.doesNotMatch(next.throws.message, /secret|\/key/);
  }
  const { next } = modelFailure(apiError(500, 'api_error'), { now: NOW, baseUrl: 'https://api.anthropic.com' });
  assert.ok('throws' in next);
  assert.match(next.throws.message, /^The model provider is overloaded or broken \(500: words\)/);
});
