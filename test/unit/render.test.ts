/** How epics look in a terminal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import pc from 'picocolors';
import { clip, duration, epicLines, money } from '../../cli/render.ts';
import { taskLines } from '../../cli/render-task.ts';
import { anEpic, aRequest, aTask } from '../support/api-answers.ts';

const plain = pc.createColors(false);
const NOW = Date.parse('2026-01-02T03:05:10.000Z');

test('an epic shows its state, time, cost, graph and questions', () => {
  const hold = { kind: 'blocker' as const, reason: 'slugs is not merged', since: '2026-01-02T03:04:05.000Z' };
  const epic = anEpic({
    tasks: [
      aTask({ key: 'labels', dependsOn: ['slugs'], hold }),
      aTask({ key: 'slugs', state: 'IN_PROGRESS', phase: 'implement', attempt: 2, pullRequest: 7 }),
    ],
    requests: [aRequest()],
  });
  assert.deepEqual(epicLines(epic, plain, NOW), [
    '◐ Teach the shop to ship  shop',
    '  IN_PROGRESS · tasks · 1 min 5 s · $0.50 of $20.00',
    '  ◐ slugs     IN_PROGRESS  implement  attempt 2  #7',
    '    ○ labels  PENDING      waits: slugs is not merged',
    '? merge: Merge pull request #3?',
    `    commit ${'a'.repeat(40)}`,
    '    look at it: bin/factory diff shop',
    '    bin/factory approve shop, or bin/factory reject shop --comment "…"',
  ]);
});

test('each kind of question names the command that answers it', () => {
  const lines = (fields: Parameters<typeof aRequest>[0]) =>
    epicLines(anEpic({ requests: [aRequest(fields)] }), plain, NOW).join('\n');
  assert.match(lines({ kind: 'budget', options: ['raise', 'cancel'] }), /factory budget raise shop/);
  assert.match(
    lines({ kind: 'failed-task', options: ['retry', 'skip'] }),
    /factory respond shop merge-1 <retry\|skip>/,
  );
  assert.match(
    lines({ kind: 'plan', options: ['approve', 'reject', 'cancel'] }),
    /, or \S+ respond shop merge-1 cancel$/m,
  );
  assert.match(
    lines({ kind: 'plan', options: ['approve', 'approve-in-sequence', 'reject', 'cancel'] }),
    /approve shop, or .*reject shop --comment "…", or .*respond shop merge-1 <approve-in-sequence\|cancel>$/m,
  );
});

test('a step that is tried again says why', () => {
  const retry = { workflowId: 'epic-shop/task-api', taskKey: 'api', activity: 'pushBranch', attempt: 4, remedy: null };
  const lines = epicLines(anEpic({ retries: [{ ...retry, message: 'The forge is away\nand more' }] }), plain, NOW);
  assert.ok(lines.includes('  tries again: api: pushBranch, attempt 4, after: The forge is away'));
  const stuck = {
    ...retry,
    activity: 'workflow task',
    message: 'it cannot be replayed',
    remedy: 'bin/factory repair shop',
  };
  const [, , told] = epicLines(anEpic({ retries: [stuck] }), plain, NOW);
  assert.equal(told, '  stuck: api: it cannot be replayed; what helps: bin/factory repair shop');
});

test('how far a long step is stands with its task', () => {
  const step = { workflowId: 'epic-shop/task-api', taskKey: 'api', activity: 'prepareWorktree' };
  const lines = epicLines(anEpic({ progress: [{ ...step, progress: 'checks out files, 63 %' }] }), plain, NOW);
  assert.ok(lines.includes('  api: checks out files, 63 %'));
});

test('a task whose base is verified says so, not that its own commit is', () => {
  const step = { workflowId: 'epic-shop/task-api', taskKey: 'api', activity: 'verify' };
  const progress = [{ ...step, progress: 'verifies the base 0123456789ab to compare its tests' }];
  const tasks = [aTask({ key: 'api', state: 'IN_PROGRESS', phase: 'verifies abcdef01: test' })];
  const lines = epicLines(anEpic({ progress, tasks }), plain, NOW).join('\n');
  assert.match(lines, /◐ api {2}IN_PROGRESS {2}compares its tests with those of the base\n?/);
  assert.ok(lines.includes('  api: verifies the base 0123456789ab to compare its tests'));
  assert.equal(lines.includes('verifies abcdef01'), false);
});

test('a line that is passed through in a moment holds nobody', () => {
  const since = new Date(NOW).toISOString();
  const hold = { kind: 'lane' as const, reason: 'others merge first', since };
  const epic = anEpic({ tasks: [aTask({ key: 'api', state: 'REVIEW', phase: 'waits for its turn to merge', hold })] });
  assert.doesNotMatch(epicLines(epic, plain, NOW + 1_000).join('\n'), /others merge first/);
  assert.match(epicLines(epic, plain, NOW + 5_000).join('\n'), /others merge first/);
  assert.match(epicLines(epic, plain, NOW - 1_000).join('\n'), /others merge first/, 'another clock is ahead');
});

/** What a task has lists of, all empty. */
const LISTS = {
  criteria: [],
  submissions: [],
  evidence: [],
  unrun: [],
  agents: [],
  rewindTurns: [],
  reviews: [],
  pullRequests: [],
};

test('a worktree is named while it is there, so are turns to go back to, and what waits is said once', () => {
  const hold = { kind: 'host' as const, reason: 'waits for a free slot on a host', since: '2026-01-02T03:04:05.000Z' };
  const lines = (state: 'IN_PROGRESS' | 'COMPLETED') =>
    taskLines(
      {
        ...{ ...aTask(), ...LISTS, epicId: 'shop', state, hold },
        ...{ worktree: '/w/slugs', host: 'one', rewindTurns: [1, 2] },
      } as never,
      plain,
    );
  assert.ok(lines('IN_PROGRESS').includes('worktree /w/slugs on one'));
  assert.ok(lines('IN_PROGRESS').includes(`${hold.reason} (since ${hold.since})`));
  assert.equal(lines('COMPLETED').join().includes('/w/slugs'), false);
  assert.match(lines('IN_PROGRESS').join('\n'), /^Turns to go back to\n {2}1, 2$/m);
});

test('a review is shown with each of its comments at its place', () => {
  const review = { agentId: 'shop.slugs.review.1', submission: 2, verdict: 'request_changes', at: '' };
  const comments = [
    { path: 'src/slug.js', line: 7, body: 'Empty titles\nmake empty slugs.' },
    { path: 'README.md', line: null, body: 'Say so.' },
  ];
  const reviews = [{ ...review, summary: 'Not yet.', comments }];
  const lines = taskLines({ ...aTask(), ...LISTS, reviews, epicId: 'shop', worktree: null } as never, plain);
  assert.deepEqual(lines.slice(lines.indexOf('Reviews')), [
    'Reviews',
    '  changes requested (submission 2): Not yet.',
    '      src/slug.js:7  Empty titles',
    '        make empty slugs.',
    '      README.md  Say so.',
  ]);
});

test('an agent is said to have taken the turns that were answered', () => {
  const agent = { id: 'shop.slugs.implement.1', state: 'BUSY', costUsd: 0, model: 'm' };
  const agents = [1, 2, 4].map((turn) => ({ ...agent, turn }));
  const lines = taskLines({ ...aTask(), ...LISTS, agents, epicId: 'shop', worktree: null } as never, plain);
  assert.deepEqual(
    lines.flatMap((line) => /BUSY +(\d+ turns?) /.exec(line)?.[1] ?? []),
    ['0 turns', '1 turn', '3 turns'],
  );
});

test('a graph that goes round does not hang', () => {
  const tasks = [aTask({ key: 'a', dependsOn: ['b'] }), aTask({ key: 'b', dependsOn: ['a'] })];
  assert.equal(epicLines(anEpic({ tasks }), plain, NOW).length, 4);
});

test('a line is cut by what is seen, not by its colors', () => {
  const { green } = pc.createColors(true);
  assert.equal(clip(green('abcdef'), 6), green('abcdef'));
  assert.equal(clip(green('abcdef'), 4), `${green('abc')}…`);
  assert.equal(clip('abcdef', 4), 'abc…');
});

test('times and money are short', () => {
  assert.deepEqual([0, 59_999, 61_000, 3_720_000].map(duration), ['0 s', '59 s', '1 min 1 s', '1 h 2 min']);
  assert.deepEqual([0, 0.0012, 1.005, 20].map(money), ['0.00', '0.0012', '1.00', '20.00']);
});
