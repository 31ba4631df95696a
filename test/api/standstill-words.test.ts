/** What people are told while nothing can go on: true of each cause, and of each queue that nobody polls. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { standstillWords } from '../../api/client/standstill.ts';

const NOW = new Date('2026-01-02T12:00:00Z');
const since = '2026-01-02T11:59:00Z';
const workers = (...queues: string[]) => standstillWords({ cause: 'workers', queues, reason: null, since }, NOW);

test('queues are named where others are polled, and an answer is said to wait only where it does', () => {
  const all = workers('factory', 'model', 'hosts');
  assert.match(all.title, /^No worker process asks for work, as was noticed at /);
  assert.match(all.words, /What you decide now is kept/);
  const two = workers('model', 'hosts');
  assert.match(two.title, /^Nobody asks for work in the queues “model” and “hosts”, /);
  assert.doesNotMatch(two.words, /kept/);
  assert.match(workers('factory').title, /^Nobody asks for work in the queue “factory”, /);
});

test('what Temporal says instead of an answer is passed on, and another day is named', () => {
  const temporal = (reason: string | null, at: string) =>
    standstillWords({ cause: 'temporal', queues: [], reason, since: at }, NOW);
  assert.match(temporal(null, since).words, /^The API cannot reach it; /);
  assert.match(temporal('permission denied', since).words, /^It answers the API: permission denied; /);
  assert.match(temporal(null, '2025-12-31T11:59:00Z').title, /2025/);
  assert.doesNotMatch(temporal(null, since).title, /2026/);
});

test('a pause says since when, who and why, and what helps', () => {
  const said = standstillWords({ cause: 'paused', queues: [], reason: 'ann: a leak', since }, NOW);
  assert.match(said.title, /^The factory has been paused since /);
  assert.match(said.words, /^By ann: a leak\. .*factory resume --all/);
});
