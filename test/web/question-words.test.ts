/** What a question says of what waits for its answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasEffect, vainNotice } from '../../web/data/notices.ts';
import { wordsKey } from '../../web/data/typed-words.ts';
import { aboutWords, given, stakes } from '../../web/parts/question.ts';

const since = '2026-01-01T00:00:00.000Z';
const task = (key: string) => ({ key, title: key, state: 'REVIEW' as const, since });

test('what becomes of the words is said, and which options wait for some', () => {
  const goes = 'It goes to the agents that work on it';
  assert.equal(aboutWords(['approve', 'reject', 'cancel']), `${goes}; needed to reject.`);
  assert.equal(aboutWords(['retry', 'skip']), `${goes}.`);
  assert.equal(aboutWords(['yes', 'no', 'answer']), `${goes}.`);
  assert.match(
    aboutWords(['retry', 'adopt', 'cancel']),
    /To adopt .* write here the answer that the question names\.$/,
  );
});

test('a factory.yaml is named by the answer, and all other words are a comment', () => {
  assert.deepEqual(given('adopt', '1a2b3c4d'), { answer: '1a2b3c4d' });
  assert.deepEqual(given('adopt', 'Use the new one'), { comment: 'Use the new one' });
  assert.deepEqual(given('retry', '1a2b3c4d'), { comment: '1a2b3c4d' });
  assert.deepEqual(given('adopt', ''), {});
});

test('words stay with a question when the next commit is asked about, and with no other one', () => {
  const asked = { epicId: 'shop', taskKey: null, kind: 'merge', pullRequest: 4 } as const;
  const key = wordsKey({ ...asked, requestId: 'merge-1', headSha: 'a' });
  assert.equal(wordsKey({ ...asked, requestId: 'merge-2', headSha: 'b' }), key);
  assert.notEqual(wordsKey({ ...asked, requestId: 'merge-1', headSha: 'a', taskKey: 'api' }), key);
  const question = { ...asked, kind: 'question', headSha: null } as const;
  assert.notEqual(wordsKey({ ...question, requestId: 'a' }), wordsKey({ ...question, requestId: 'b' }));
});

test('an answer that came second is told apart from its card, one that counts is not', () => {
  const message = 'answered before by ann, and that stands: approve';
  const notice = vainNotice({ status: 'done', changed: false, message });
  assert.deepEqual([notice?.message, notice?.autoClose], [message, false]);
  assert.equal(vainNotice({ status: 'done', changed: true, message: 'merge: approve' }), undefined);
  assert.equal(vainNotice({ status: 'pending', message: 'it is stored' }), undefined);
  assert.ok(!hasEffect({ status: 'pending', message: 'it is stored' }));
});

test('tasks and agents that wait are counted, with the cost so far', () => {
  const cost = { epicCostUsd: 1.5, epicCapUsd: 20 };
  assert.equal(
    stakes({ holdsUp: { tasks: [task('a')], agents: [] }, ...cost }),
    '1 task waits for it; the epic has cost $1.50 of $20.00',
  );
  const both = { tasks: [task('a'), task('b')], agents: [{ id: 'x', since }] };
  assert.equal(
    stakes({ holdsUp: both, ...cost }),
    '2 tasks and 1 agent wait for it; the epic has cost $1.50 of $20.00',
  );
  assert.equal(stakes({ holdsUp: null, epicCostUsd: 0, epicCapUsd: null }), 'the epic has cost $0.00');
});
