/** What a question says of what waits for its answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aboutWords, stakes } from '../../web/parts/question.ts';

const since = '2026-01-01T00:00:00.000Z';
const task = (key: string) => ({ key, title: key, state: 'REVIEW' as const, since });

test('what becomes of the words is said, and which options wait for some', () => {
  const goes = 'It goes to the agents that work on it';
  assert.equal(aboutWords(['approve', 'reject', 'cancel']), `${goes}; needed to reject.`);
  assert.equal(aboutWords(['retry', 'skip']), `${goes}.`);
  assert.equal(aboutWords(['yes', 'no', 'answer']), `${goes}.`);
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
