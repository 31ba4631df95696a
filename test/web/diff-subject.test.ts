import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HumanRequest } from '../../web/data/human-requests.ts';
import { questionsAbout, replacement } from '../../web/parts/diff-subject.ts';

const [OLD, NEW] = ['a'.repeat(40), 'b'.repeat(40)];
const request = (requestId: string, headSha: string | null, pullRequest: number | null = 1): HumanRequest => ({
  ...{ epicId: 'e', epicTitle: 'E', requestId, kind: 'merge', question: '?', options: ['approve'], taskKey: null },
  ...{
    pullRequest,
    headSha,
    base: null,
    budgetUnit: null,
    state: 'open',
    answer: null,
    askedAt: '2026-01-01T00:00:00Z',
    closedAt: null,
  },
});
const shown = { headSha: OLD, pullRequest: 1 };

test('only questions about the commit on screen can be answered, the one in the address first', () => {
  const open = [request('tests', OLD), request('merge', OLD), request('other', NEW), request('plan', null)];
  const found = questionsAbout(open, { request: 'merge' }, OLD);
  assert.deepEqual(
    found.map(({ requestId }) => requestId),
    ['merge', 'tests'],
  );
});

test('nobody answers where only a part of the commit is on screen', () => {
  const open = [request('merge', OLD)];
  assert.equal(questionsAbout(open, { task: 'first', submission: 2 }, OLD).length, 1);
  assert.deepEqual(questionsAbout(open, { task: 'first', submission: 2, since: 1 }, OLD), []);
});

test('an old submission stays on screen, cannot be answered, and is replaced only by another commit of its number', () => {
  const open = [request('merge', NEW)];
  const which = { task: 'first', submission: 1 };
  assert.deepEqual(questionsAbout(open, which, OLD), []);
  assert.equal(replacement(open, which, shown, shown), undefined);
  assert.equal(replacement(open, { pullRequest: 1 }, shown, shown)?.headSha, NEW);
  assert.deepEqual(replacement(open, which, shown, { ...shown, headSha: NEW }), { headSha: NEW, request: 'merge' });
});

test('a commit is replaced when the latest read has another one, or when the question is about another one', () => {
  const pushed = { ...shown, headSha: NEW };
  assert.deepEqual(replacement([], {}, shown, pushed), { headSha: NEW, request: undefined });
  const again = [request('merge', NEW)];
  assert.deepEqual(replacement(again, {}, shown, pushed), { headSha: NEW, request: 'merge' });
  assert.deepEqual(replacement(again, { request: 'merge' }, shown, shown), { headSha: NEW, request: 'merge' });
  const another = [request('merge-2', NEW)];
  assert.deepEqual(replacement(another, { request: 'merge' }, shown, undefined), { headSha: NEW, request: 'merge-2' });
});

test('a commit that is still asked about, and one that nothing newer is known of, stay', () => {
  assert.equal(replacement([request('merge', OLD)], { request: 'merge' }, shown, shown), undefined);
  assert.equal(replacement([request('merge', NEW, 2)], { pullRequest: 1 }, shown, shown), undefined);
  assert.equal(replacement([request('plan', null)], {}, shown, undefined), undefined);
});
