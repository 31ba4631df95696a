/** What an issue becomes, and what its replies and changes mean for the epic. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type IntakeRules, isWanted, readEpic } from '../../activities/tracker/read-epic.ts';
import type { Issue, SubIssue } from '../../activities/tracker/tracker.ts';
import { isOwnComment, ownCommentId } from '../../workflows/contract/tracker.ts';
import { decisionOf, reactionsTo } from '../../workflows/epic/issue-news.ts';
import type { EpicRequest } from '../../workflows/epic/state.ts';

const ISSUE: Issue = {
  ...{
    id: 'uuid',
    identifier: 'ENG-7',
    url: 'https://linear.app/acme/issue/ENG-7',
    title: ' Till ',
    description: 'Do',
  },
  ...{ priority: 2, team: 'ENG', state: { name: 'Todo', type: 'unstarted' }, labels: ['Factory'], isGone: false },
  ...{ comments: [], attachments: [] },
};
const RULES: IntakeRules = {
  ...{ team: 'eng', label: 'factory', state: 'Build it' },
  repositories: { fallback: undefined, byLabel: {} },
  repositoryNames: ['shop'],
};
const sub = (n: number, more: Partial<SubIssue> = {}): SubIssue => ({
  ...{ id: `s${n}`, identifier: `ENG-${n}`, title: `Sub ${n}`, description: '', state: 'unstarted', blockedBy: [] },
  ...more,
});
const read = (issue: Partial<Issue>, subIssues: SubIssue[] = [], rules: Partial<IntakeRules> = {}) =>
  readEpic({ ...ISSUE, ...issue }, subIssues, { ...RULES, ...rules });
const skipped = (read: ReturnType<typeof readEpic>) => ('skipped' in read ? read.skipped : undefined);

test('label or state ask for an epic; what stands against it is said', () => {
  assert.equal(isWanted(ISSUE, RULES), 'wanted');
  assert.equal(isWanted({ ...ISSUE, labels: [] }, RULES), 'not-asked');
  assert.equal(isWanted({ ...ISSUE, labels: [], state: { name: 'build it', type: 'backlog' } }, RULES), 'wanted');
  const reasons = [{ isGone: true }, { team: 'OPS' }, { state: { name: 'Done', type: 'completed' } } as const].map(
    (change) => isWanted({ ...ISSUE, ...change }, RULES),
  );
  assert.deepEqual(
    reasons.map((reason) => typeof reason === 'object' && reason.skipped),
    ['it was deleted or archived', 'it belongs to the team OPS, and LINEAR_TEAM is eng', 'it is Done already'],
  );
});

test('an issue of which not all labels or relations were read is left, unless they do not matter', () => {
  const labels = { hasMoreLabels: true };
  const reason = isWanted({ ...ISSUE, labels: ['other'], ...labels }, RULES);
  assert.match(typeof reason === 'object' ? reason.skipped : reason, /more than 1 labels/);
  assert.match(skipped(read({}, [sub(8), sub(9, { hasMoreRelations: true })])) ?? '', /ENG-9 has more relations/);
  assert.ok('input' in read({}, [sub(8), sub(9, { hasMoreRelations: true, state: 'completed' })]));
});

test('title, text, comments of people, links and priority are the epic', () => {
  const written = { createdAt: '2026-01-01T00:00:00.000Z', isByPerson: true };
  const comment = (id: string, body: string) => ({ id, by: 'ada', body, ...written });
  const result = read({
    comments: [comment('c', 'Cents!'), comment(ownCommentId('ab'.repeat(32)), 'our plan')],
    attachments: [{ title: 'Sketch', url: 'https://example.org/s' }],
    hasMoreAttachments: true,
    parent: { id: 'p', identifier: 'ENG-1' },
  });
  assert.ok('input' in result);
  const { title, description, priority, source, tasks } = result.input;
  assert.deepEqual(
    [title, priority, source, tasks],
    ['Till', 2, { tracker: 'linear', id: 'ENG-7', url: ISSUE.url }, undefined],
  );
  assert.match(
    description,
    /^Do\n\nIt is a part of ENG-1\.\n\n## Attachments\n- \[Sketch\]\(https:\/\/example.org\/s\)\n- The issue has more of them\./,
  );
  assert.match(description, /## Comments on the issue\n### ada, 2026-01-01T00:00:00.000Z\nCents!$/);
});

test('open sub-issues are the tasks, and only open ones of them are waited for', () => {
  const result = read({}, [
    sub(8),
    sub(9, { blockedBy: ['ENG-8', 'ENG-10', 'ENG-99'] }),
    sub(10, { state: 'completed' }),
  ]);
  assert.ok('input' in result);
  assert.deepEqual(
    result.input.tasks?.map(({ key, dependsOn }) => [key, dependsOn]),
    [
      ['eng-8', []],
      ['eng-9', ['eng-8']],
    ],
  );
  assert.match(result.input.description, /closed already\n- ENG-10 Sub 10 \(completed\)/);
  assert.match(
    skipped(read({}, [sub(1, { blockedBy: ['ENG-2'] }), sub(2, { blockedBy: ['ENG-1'] })])) ?? '',
    /wait for each/,
  );
  const many = Array.from({ length: 51 }, (_, n) => sub(n + 1));
  assert.match(skipped(read({}, many)) ?? '', /51 open sub-issues/);
});

test('what is too long is cut, never refused', () => {
  const long = '😀'.repeat(60_000);
  const result = read({ title: 'x'.repeat(300), description: long }, [
    sub(8, { title: 'y'.repeat(300), description: long }),
  ]);
  assert.ok('input' in result);
  assert.deepEqual([result.input.title.length, result.input.description.isWellFormed()], [200, true]);
});

test('the repository comes from a label, else the default, else there is only one', () => {
  const repositoryNames = ['shop', 'site'];
  const repositories = { fallback: 'shop', byLabel: { website: 'site' } };
  const named = (labels: string[], rules: Partial<IntakeRules>) => {
    const result = read({ labels }, [], rules);
    return 'input' in result ? result.input.repository : result.skipped;
  };
  assert.equal(named([], {}), undefined);
  assert.equal(named([], { repositories, repositoryNames }), 'shop');
  assert.equal(named(['Website'], { repositories, repositoryNames }), 'site');
  assert.match(named([], { repositoryNames }) ?? '', /LINEAR_REPOSITORY/);
  assert.match(named([], { repositories: { fallback: 'none', byLabel: {} } }) ?? '', /names "none"/);
  const both = { fallback: undefined, byLabel: { website: 'site', till: 'shop' } };
  assert.match(named(['website', 'till'], { repositories: both, repositoryNames }) ?? '', /several repositories/);
});

test('a reply decides by the option that it begins with; free words are a change where one may be asked for', () => {
  const options = ['approve', 'reject', 'cancel'];
  assert.deepEqual(decisionOf('**Approve**, please', options), { decision: 'approve', answer: 'please' });
  assert.deepEqual(decisionOf('reject: use cents', options), { decision: 'reject', answer: 'use cents' });
  assert.equal(decisionOf('approved by nobody', options), undefined);
  assert.equal(decisionOf('Do not approve', options), undefined);
  assert.deepEqual(decisionOf('Rename it', ['change', 'cancel']), { decision: 'change', answer: 'Rename it' });
  assert.equal(decisionOf('', ['change']), undefined);
});

test('a reply never merges, and what it cannot decide is explained once', () => {
  const request = (requestId: string, more: Partial<EpicRequest>): EpicRequest => ({
    ...{ requestId, kind: 'question', question: '?', options: ['approve', 'cancel'], state: 'open' },
    ...{ askedAt: '', askedBy: [], ...more },
  });
  const requests = [
    request('q', {}),
    request('m', { kind: 'merge' }),
    request('b', { kind: 'budget' }),
    request('c', { state: 'answered' }),
    request('red', { options: ['retry', 'merge', 'cancel'] }),
    request('moved', { options: ['take', 'cancel'] }),
  ];
  const reply = (id: string, about: string, body = 'approve') => ({ id, about: `request-${about}`, by: 'ada', body });
  const news = {
    ...({ kind: 'found', title: 'Till', state: { name: 'Todo', type: 'unstarted' } } as const),
    replies: [
      reply('1', 'q'),
      reply('2', 'm'),
      reply('3', 'b'),
      reply('4', 'c'),
      reply('5', 'q', 'hm'),
      reply('6', 'x'),
      reply('7', 'red', 'merge'),
      reply('8', 'moved', 'take'),
    ],
  };
  assert.deepEqual(
    reactionsTo(news, requests, []).map((one) => ('problem' in one ? one.problem : one.kind)),
    ['answer', 'elsewhere', 'elsewhere', 'closed', 'unclear', 'elsewhere', 'elsewhere'],
  );
  assert.deepEqual(reactionsTo(news, requests, ['1', '2', '3', '4', '5', '7', '8']), []);
});

test('the state of the issue weighs more than anything that is said on it', () => {
  const state = (type: string) =>
    reactionsTo({ kind: 'found', title: '', state: { name: type, type }, rewritten: 'abc', replies: [] }, [], []).map(
      ({ kind }) => kind,
    );
  assert.deepEqual([state('canceled'), state('duplicate')], [['stop'], ['stop']]);
  assert.deepEqual([state('completed'), state('started')], [['pause-and-ask', 'ask'], ['ask']]);
  assert.deepEqual(
    reactionsTo({ kind: 'gone' }, [], []).map(({ kind }) => kind),
    ['stop'],
  );
  assert.deepEqual(
    reactionsTo({ kind: 'missing' }, [], []).map(({ kind }) => kind),
    ['ask'],
  );
});

test('ids of our comments are UUIDs of version 4 that tell whose they are', () => {
  const id = ownCommentId('0123456789abcdef'.repeat(4));
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(isOwnComment(id), true);
  assert.equal(isOwnComment(crypto.randomUUID()), false);
});
