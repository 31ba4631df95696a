/** Human requests: one id and one effect, however often asked or answered. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ask,
  close,
  largestUsedUp,
  leaveRequests,
  matchVerdict,
  openRequests,
  responseProblem,
  startRequestId,
  withdrawStart,
} from '../../workflows/epic/requests.ts';
import type { EpicRequest } from '../../workflows/epic/state.ts';

const now = '2030-01-01T00:00:00.000Z';
const sha = (digit: string) => digit.repeat(40);
const merge = (head: string) => ({
  requestId: `merge-${head.slice(0, 12)}`,
  kind: 'merge' as const,
  question: 'Merge?',
  options: ['approve', 'reject'],
  pullRequest: 7,
  headSha: head,
  askedBy: 'epic-x/task-a',
});
const answer = (requestId: string, decision = 'approve') => ({ requestId, decision, by: 'me' });

test('asking twice is one request; asking what was answered tells the answer again', () => {
  const requests: EpicRequest[] = [];
  ask(requests, merge(sha('a')), now);
  ask(requests, { ...merge(sha('a')), askedBy: 'another' }, now);
  assert.equal(requests.length, 1);
  assert.deepEqual(requests[0]?.askedBy, ['epic-x/task-a', 'another']);
  close(requests, answer(merge(sha('a')).requestId), now);
  assert.equal(ask(requests, merge(sha('a')), now)?.decision, 'approve');
  assert.equal(close(requests, answer(merge(sha('a')).requestId, 'reject'), now), undefined);
});

test('a push replaces an open approval of the same pull request', () => {
  const requests: EpicRequest[] = [];
  ask(requests, merge(sha('a')), now);
  ask(requests, merge(sha('b')), now);
  assert.deepEqual(
    requests.map(({ state }) => state),
    ['replaced', 'open'],
  );
  const problem = responseProblem(requests, { requestId: merge(sha('a')).requestId, decision: 'approve', by: 'me' });
  assert.equal(problem?.type, 'RequestClosed');
});

test('a bare approve means the one open approval and its commit', () => {
  const requests: EpicRequest[] = [];
  assert.deepEqual(matchVerdict(requests, { by: 'me' }), { mismatch: 'nothing waits for approval' });
  ask(requests, merge(sha('a')), now);
  assert.ok('request' in matchVerdict(requests, { by: 'me' }));
  assert.ok('mismatch' in matchVerdict(requests, { by: 'me', headSha: sha('b') }));
  assert.ok('mismatch' in matchVerdict(requests, { by: 'me', requestId: 'merge-other' }));
  ask(requests, { ...merge(sha('c')), pullRequest: 8 }, now);
  assert.ok('mismatch' in matchVerdict(requests, { by: 'me' }), 'two are open');
  assert.ok('request' in matchVerdict(requests, { by: 'me', requestId: `merge-${'c'.repeat(12)}` }));
});

test('questions and budgets are not approvals', () => {
  const requests: EpicRequest[] = [];
  ask(requests, { requestId: 'q', kind: 'question', question: '?', options: ['retry'], askedBy: 'w' }, now);
  assert.ok('mismatch' in matchVerdict(requests, { by: 'me' }));
});

test('a response is refused with the reason', () => {
  const requests: EpicRequest[] = [];
  ask(requests, merge(sha('a')), now);
  const { requestId } = merge(sha('a'));
  assert.equal(responseProblem(requests, { requestId: 'x', decision: 'approve', by: 'me' })?.type, 'NotFound');
  assert.equal(responseProblem(requests, { requestId, decision: 'maybe', by: 'me' })?.type, 'InvalidInput');
  const stale = responseProblem(requests, { requestId, decision: 'approve', by: 'me', headSha: sha('b') });
  assert.equal(stale?.type, 'StaleHead');
  assert.equal(responseProblem(requests, { requestId, decision: 'approve', by: 'me', headSha: sha('a') }), undefined);
  close(requests, answer(requestId), now);
  assert.equal(responseProblem(requests, { requestId, decision: 'approve', by: 'me' }), undefined, 'the same again');
  assert.equal(responseProblem(requests, { requestId, decision: 'reject', by: 'me' })?.type, 'RequestClosed');
});

test('what was withdrawn is closed, and asked again is open again', () => {
  const requests: EpicRequest[] = [];
  ask(requests, merge(sha('a')), now);
  leaveRequests(requests, () => true, now);
  assert.equal(openRequests(requests).length, 0);
  ask(requests, merge(sha('a')), now);
  assert.equal(openRequests(requests).length, 1);
});

test('a question about the start of a task ends with that task, and no other does', () => {
  const requests: EpicRequest[] = [];
  const about = (taskKey: string) => ({
    ...{ requestId: `${startRequestId(taskKey)}1`, kind: 'question' as const, question: '?', options: ['retry'] },
    ...{ askedBy: 'epic-e', taskKey },
  });
  for (const key of ['api', 'api-2']) ask(requests, about(key), now);
  withdrawStart(requests, 'api', now);
  assert.deepEqual(
    openRequests(requests).map(({ taskKey }) => taskKey),
    ['api-2'],
  );
});

test('a budget request names the cap that is used up, whatever its id', () => {
  const requests: EpicRequest[] = [];
  assert.equal(largestUsedUp(requests), 0);
  const budget = { kind: 'budget' as const, question: '?', options: ['raise', 'cancel'], askedBy: 'w' };
  ask(requests, { ...budget, requestId: 'budget-a', capMicroUsd: 30 }, now);
  ask(requests, { ...budget, requestId: 'budget-99', capMicroUsd: 20 }, now);
  close(requests, answer('budget-a', 'raise'), now);
  assert.equal(largestUsedUp(requests), 30);
});
