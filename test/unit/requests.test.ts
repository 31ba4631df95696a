/** Human requests: one id and one effect, however often asked or answered. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PersonAnswered } from '../../workflows/contract/task.ts';
import {
  answerFor,
  ask,
  close,
  forgetClosed,
  isAboutIssue,
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

test('an answer in words to an agent’s question needs words, and one of its options does not', () => {
  const requests: EpicRequest[] = [];
  const question = { requestId: 'ask-1', kind: 'agent-question' as const, question: 'Which?', askedBy: 'task' };
  ask(requests, { ...question, options: ['A', 'B', 'answer'] }, now);
  const problem = (response: object) =>
    responseProblem(requests, { requestId: 'ask-1', by: 'me', decision: 'answer', ...response })?.type;
  assert.deepEqual(
    [{}, { answer: ' ' }, { answer: 'C' }, { comment: 'C' }, { decision: 'A' }, { decision: 'cancel' }].map(problem),
    ['InvalidInput', 'InvalidInput', undefined, undefined, undefined, 'InvalidInput'],
  );
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
  const late = responseProblem(requests, { requestId: merge(sha('a')).requestId, decision: 'approve', by: 'me' });
  assert.deepEqual([late?.type, late?.message.endsWith('is withdrawn already')], ['RequestClosed', true]);
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
  const dollars = { unit: 'usd' } as const;
  assert.equal(largestUsedUp(requests, dollars), 0);
  const budget = { kind: 'budget' as const, question: '?', options: ['raise', 'cancel'], askedBy: 'w' };
  ask(requests, { ...budget, requestId: 'budget-a', capMicroUsd: 30 }, now);
  ask(requests, { ...budget, requestId: 'budget-99', capMicroUsd: 20 }, now);
  close(requests, answer('budget-a', 'raise'), now);
  assert.equal(largestUsedUp(requests, dollars), 30);
  const tokens = { unit: 'tokens', taskKey: 'api' } as const;
  ask(requests, { ...budget, requestId: 'budget-task.api.tokens-70', cap: { ...tokens, amount: 70 } }, now);
  assert.equal(largestUsedUp(requests, dollars), 30);
  assert.equal(largestUsedUp(requests, tokens), 70);
  assert.equal(largestUsedUp(requests, { unit: 'tokens' }), 0, 'each cap by itself');
});

const at = (minute: number) => `2030-01-01T00:0${minute}:00.000Z`;
const shared = (askedBy: string, requestId: string, since: string, name = 'base-red-1') => ({
  ...{ askedBy, requestId, kind: 'question' as const, question: '?', options: ['retry', 'continue'] },
  shared: { name, since },
});

test('those that ask under one name share a question, and each is answered under its own id', () => {
  const requests: EpicRequest[] = [];
  ask(requests, shared('a', 'one', at(0)), at(1));
  ask(requests, shared('b', 'two', at(0)), at(2));
  ask(requests, shared('c', 'other', at(0), 'base-red-2'), at(2));
  assert.deepEqual(
    requests.map(({ requestId, askedBy }) => [requestId, askedBy]),
    [
      ['one', ['a', 'b']],
      ['other', ['c']],
    ],
  );
  const request = close(requests, answer('one', 'retry'), at(3)) as EpicRequest;
  const told = ['a', 'b'].map((asker) => answerFor(request, asker, request.answer as PersonAnswered));
  assert.deepEqual(
    told.map(({ requestId, at: when }) => [requestId, when]),
    [
      ['one', at(3)],
      ['two', at(3)],
    ],
  );
  assert.equal(ask(requests, shared('b', 'two', at(0)), at(4))?.requestId, 'two', 'told again in its next run');
});

test('`retry` is news only to a look from before it; every other decision counts on', () => {
  const requests: EpicRequest[] = [];
  ask(requests, shared('a', 'one', at(0)), at(1));
  close(requests, answer('one', 'retry'), at(3));
  assert.equal(ask(requests, shared('b', 'two', at(2)), at(4))?.decision, 'retry', 'looked before, asked after it');
  assert.equal(ask(requests, shared('c', 'three', at(3)), at(4)), undefined);
  assert.deepEqual(
    openRequests(requests).map(({ requestId }) => requestId),
    ['three'],
  );
  close(requests, answer('three', 'continue'), at(5));
  assert.deepEqual(ask(requests, shared('d', 'four', at(7)), at(8)), { ...answer('four', 'continue'), at: at(5) });
  assert.equal(ask(requests, shared('a', 'one', at(0)), at(8))?.decision, 'retry', 'its own answer stays its own');
});

test('a shared question goes on without an asker that left, and what was decided last is not forgotten', () => {
  const requests: EpicRequest[] = [];
  ask(requests, shared('a', 'one', at(0)), at(1));
  ask(requests, shared('b', 'two', at(0)), at(1));
  const left = leaveRequests(requests, (asker) => asker === 'b', at(2));
  assert.deepEqual(left, [{ asker: 'b', requestId: 'two' }], 'under the id that it waits for');
  ask(requests, shared('b', 'two', at(0)), at(2));
  leaveRequests(requests, (asker) => asker === 'a', at(2));
  ask(requests, shared('a', 'three', at(0)), at(3));
  assert.deepEqual(
    openRequests(requests).map(({ requestId, askedBy }) => [requestId, askedBy]),
    [['one', ['b', 'a']]],
  );
  close(requests, answer('one', 'continue'), at(4));
  for (let i = 0; i < 150; i += 1) {
    ask(requests, { ...merge(sha('a')), requestId: `merge-${i}`, pullRequest: i }, at(5));
    close(requests, answer(`merge-${i}`), at(5));
  }
  const known = forgetClosed(requests);
  assert.equal(known.length, 101);
  assert.equal(ask(known, shared('c', 'four', at(6)), at(6))?.decision, 'continue');
});

test('the last decision about the issue is kept, however many requests follow', () => {
  const requests: EpicRequest[] = [];
  const about = ['issue-done-eng-1', 'issue-rewritten-a', 'issue-rewritten-b'];
  for (const requestId of [...about, ...Array.from({ length: 150 }, (_, i) => `question-${i}`)]) {
    ask(requests, { requestId, kind: 'question', question: 'Go on?', options: ['continue'], askedBy: 'epic-x' }, now);
    close(requests, answer(requestId, 'continue'), now);
  }
  const known = forgetClosed(requests);
  assert.equal(known.length, 102);
  assert.deepEqual(
    known.filter(isAboutIssue).map(({ requestId }) => requestId),
    ['issue-done-eng-1', 'issue-rewritten-b'],
  );
});
