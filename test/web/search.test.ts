import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Found } from '../../web/data/search.ts';
import { commandsFor, isMeant, questionCommands, subjectOf } from '../../web/parts/commands.ts';
import { KEYS, keyOf, stepTo } from '../../web/parts/keys.ts';
import { hitsOf } from '../../web/parts/search.ts';
import { aRequest } from '../support/api-answers.ts';

const pages = [{ id: '/fleet', label: 'Fleet', description: 'Hosts and agents', href: '/fleet' }];
const epics = [
  { id: 'search', title: 'Search the catalogue', state: 'IN_PROGRESS' as const },
  { id: 'docs', title: 'Describe it', state: 'COMPLETED' as const },
];
const found: Found = {
  epics: [
    { id: 'search', title: 'Search the catalogue', state: 'IN_PROGRESS', startedAt: '2026-03-01T11:00:00Z' },
    { id: 'old', title: 'Search, the first', state: 'FAILED', startedAt: '2025-03-01T11:00:00Z' },
  ],
  tasks: [
    {
      id: 'search.api',
      epicId: 'search',
      key: 'api',
      title: 'API',
      state: 'REVIEW',
      updatedAt: '2026-03-01T11:00:00Z',
    },
  ],
  agents: [
    {
      ...{ id: 'search.api.implement.1', epicId: 'search', taskKey: 'api', purpose: 'implement', attempt: 1 },
      ...{ state: 'BUSY', startedAt: '2026-03-01T11:00:00Z' },
    },
  ],
  pullRequests: [
    {
      ...{ repository: 'shop', number: 7, epicId: 'search', taskKey: null, title: 'Search', head: 'factory/search' },
      ...{ state: 'open', url: 'http://forge/7' },
    },
  ],
  more: [],
};
const hrefs = (query: string, answer: Found | undefined, words = query.trim()) =>
  hitsOf(query, { pages, epics, commands: [], questions: [], found: answer && { words, answer } }).flatMap(({ hits }) =>
    hits.map(({ href }) => href),
  );

test('before anything is typed the pages are offered, and nothing else', () => {
  assert.deepEqual(hrefs(' ', found), ['/fleet']);
});

test('pages and known epics are there before the factory has answered', () => {
  assert.deepEqual(hrefs('catalogue SEARCH', undefined), ['/epics/search']);
  assert.deepEqual(hrefs('hosts', undefined), ['/fleet']);
});

test('what the factory finds is added, each epic once, and leads to its page', () => {
  assert.deepEqual(hrefs('search', found), [
    '/epics/search',
    '/epics/old',
    '/tasks/search.api',
    '/epics/search/diff?pullRequest=7',
    '/agents/search.api.implement.1',
  ]);
});

test('what was found for the words before is not offered for those that are typed now', () => {
  assert.deepEqual(hrefs('describe', found, 'search'), ['/epics/docs']);
  assert.deepEqual(hrefs('nothing like it', found, 'search'), []);
});

const pressed = { key: 'a', ctrlKey: false, metaKey: false, altKey: false, defaultPrevented: false };

test('keys count but for those of the browser, of a field and of what is open above the page', () => {
  assert.equal(keyOf(pressed, false), 'a');
  assert.equal(keyOf({ ...pressed, key: '?' }, false), '?');
  assert.equal(keyOf(pressed, true), undefined);
  for (const held of ['ctrlKey', 'metaKey', 'altKey', 'defaultPrevented']) {
    assert.equal(keyOf({ ...pressed, [held]: true }, false), undefined);
  }
  assert.equal(keyOf({ ...pressed, key: 'x' }, false), undefined);
  assert.equal(new Set(KEYS.map(({ key }) => key)).size, KEYS.length);
});

test('steps through questions begin at either end and stay there', () => {
  assert.deepEqual([stepTo(-1, 3, 1), stepTo(-1, 3, -1)], [0, 2]);
  assert.deepEqual([stepTo(0, 3, 1), stepTo(2, 3, 1), stepTo(0, 3, -1)], [1, 2, 0]);
});

test('an address says which epic and task a page is about', () => {
  assert.deepEqual(subjectOf('/epics/shop/diff'), { epicId: 'shop' });
  assert.deepEqual(subjectOf('/tasks/shop.api'), { epicId: 'shop', taskId: 'shop.api' });
  assert.deepEqual(subjectOf('/agents/shop.api.review.2'), { epicId: 'shop', taskId: 'shop.api' });
  assert.deepEqual(subjectOf('/agents/shop.epic.plan.1'), { epicId: 'shop' });
  for (const other of ['/', '/epics', '/fleet', '/issues/x', '/tasks/%E0%A4%A'])
    assert.equal(subjectOf(other).taskId, undefined);
});

const shop = { id: 'shop', title: 'The shop', state: 'IN_PROGRESS' as const, paused: false };
const labelsFor = (...known: Parameters<typeof commandsFor>) => commandsFor(...known).map(({ label }) => label);

test('a page offers what its epic and task would accept now', () => {
  assert.deepEqual(labelsFor({ epic: undefined, task: undefined }), ['Submit an epic']);
  const running = labelsFor({ epic: shop, task: { id: 'shop.api', title: 'API', actions: ['retry', 'skip'] } });
  const first = ['Try the task again', 'Skip the task', 'Pause the epic', 'Interrupt all agents of the epic'];
  assert.deepEqual(running.slice(0, 5), [...first, 'Cancel the epic']);
  assert.ok(labelsFor({ epic: { ...shop, paused: true }, task: undefined }).includes('Resume the epic'));
  const ended = labelsFor({ epic: { ...shop, state: 'COMPLETED' }, task: undefined });
  assert.ok(!ended.some((label) => /Pause|Resume|Interrupt|Cancel|budget/.test(label)));
});

test('a command is meant by its first word, never by the name of something', () => {
  const pause = { label: 'Pause the epic' };
  for (const words of [[], ['pau'], ['pause', 'epic']]) assert.ok(isMeant(pause, words));
  for (const words of [['epic'], ['the'], ['shop'], ['pause', 'shop']]) assert.ok(!isMeant(pause, words));
  assert.ok(isMeant({ label: 'Try the task again', alias: 'retry' }, ['retry', 'task']));
});

test('what waits is offered as the way to its question, that of the epic of the page first', () => {
  const stakes = { holdsUp: null, epicCostUsd: 0, epicCapUsd: null };
  const requests = ['other', 'shop'].map((epicId) => ({ ...aRequest({ epicId, requestId: 'q/1' }), ...stakes }));
  const hrefsOf = (epicId?: string) => questionCommands(requests, epicId).map(({ href }) => href);
  assert.deepEqual(hrefsOf(), ['/epics/other#question-other-q-1', '/epics/shop#question-shop-q-1']);
  assert.deepEqual(hrefsOf('shop')[0], '/epics/shop#question-shop-q-1');
});
