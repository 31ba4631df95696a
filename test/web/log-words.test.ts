import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actorWords, decisionWords } from '../../api/client/log-words.ts';

test('states and verdicts at the end of an entry are words, and all else stays as it was said', () => {
  assert.equal(decisionWords('epic COMPLETED'), 'epic completed');
  assert.equal(decisionWords('recorded epic-shop as CANCELLED'), 'recorded epic-shop as cancelled');
  assert.equal(decisionWords('review of api: request_changes'), 'review of api: changes requested');
  assert.equal(decisionWords('review of api: approve'), 'review of api: approve');
  assert.equal(decisionWords('add task FAILED first'), 'add task FAILED first');
});

test('parts of the factory are named as such, and people by their names', () => {
  assert.deepEqual(['factory', 'ORCHESTRATOR', 'WORKER', 'Ada', 'constructor'].map(actorWords), [
    'the factory',
    'the Orchestrator',
    'the Worker',
    'Ada',
    'constructor',
  ]);
});
