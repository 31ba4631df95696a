/** Text that a terminal would obey, in everything that the API says, through every command that prints it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { visibleJson } from '../../cli/visible.ts';
import { anEpic, aRequest, aTask } from '../support/api-answers.ts';
import { runCli, startStubApi } from '../support/cli.ts';

const OBEYED = [
  '\u001B[2J',
  '\u001B]0;title\u0007',
  '\u001B[8m',
  '\u009B31m',
  '\u0008\u0008',
  '\r',
  '\u202E',
  '\u2066',
  '\u200F',
  '\u0000',
  '\u007F',
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...OBEYED), fc.string({ maxLength: 5 })), { minLength: 1, maxLength: 6 })
  .map((parts) => `${parts.join('')}${'\u001B[2J'}`);
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come through
const ANY = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal is told by us: colors, and the picture of watch
const OURS = /\u001B\[((1|2|22|3\d)m|\d*A|0J)/g;

let text = '';
let api: Awaited<ReturnType<typeof startStubApi>>;
before(async () => {
  api = await startStubApi(({ method, path }) => ({
    status: path.includes('refused') ? 409 : 200,
    body: answer(method, path),
  }));
});
after(() => api.stop());

const hold = () => ({ kind: 'person' as const, reason: text, since: '2026-01-02T03:04:05.000Z' });
const AT = '2026-01-02T03:04:05.000Z';
const failure = () => ({ type: 'TaskFailed', message: text });
const criterionOf = () => ({
  criterion: text,
  judged: {
    ...{ verdict: 'met', how: text, note: text, proof: 'said', exitCode: 1, commitSha: text, isOutdated: true },
    ...{ reviewer: text, turn: 1, at: AT },
  },
});

const pause = { by: text, comment: text, since: AT };

function answer(method: string, path: string): unknown {
  if (path.includes('refused')) return { error: { code: 'NotAllowedNow', message: text } };
  if (method !== 'GET') return { status: 'done', changed: true, message: text };
  const task = aTask({ key: 'slugs', title: text, phase: text, hold: hold(), failure: failure(), state: 'FAILED' });
  const request = aRequest({ question: text });
  if (path.startsWith('/human-requests')) {
    const answer = { requestId: 'merge-1', decision: text, by: text, comment: text };
    const holdsUp = { tasks: [{ key: 'slugs', title: text, state: 'BLOCKED', since: AT }], agents: [] };
    return [{ ...request, answer, epicCostUsd: 1, epicCapUsd: null, holdsUp, closedAt: AT }];
  }
  if (path.startsWith('/search'))
    return {
      epics: [{ id: 'shop', title: text, state: 'FAILED', startedAt: AT }],
      tasks: [{ id: 'shop.slugs', epicId: 'shop', key: 'slugs', title: text, state: 'PENDING', updatedAt: AT }],
      agents: [],
      pullRequests: [
        { repository: text, number: 1, epicId: 'shop', title: text, head: text, state: 'open', url: text },
      ],
    };
  if (path.startsWith('/mail')) {
    const ends = { doneAt: null, doneBy: null, lapsedAt: null, replyTo: null };
    const mail = {
      ...{ number: 1, epicId: 'shop', epicTitle: text, kind: 'mail', from: text, by: text, to: text, subject: text },
      ...{ body: text, awaitsReply: true, times: 2, sentAt: AT, lastSentAt: AT, ...ends },
      readBy: { agentId: text, turn: 1, at: AT },
    };
    return path.startsWith('/mail/') ? { mail, asked: mail, answers: [mail] } : { waiting: 1, mails: [mail] };
  }
  if (path.startsWith('/lanes')) {
    const member = { epicId: 'shop', taskKey: null, epicTitle: text, title: text, since: AT, grantedAt: null };
    const lane = { repository: text, branch: text, isLive: true, verdicts: [], leadTime: null };
    return { lanes: [{ ...lane, merging: member, settling: [member], waiting: [member] }], more: true };
  }
  if (path.startsWith('/fleet')) {
    const place = { epicId: 'shop', epicTitle: text, taskKey: 'slugs', title: text, since: AT };
    const host = { name: text, capacity: 1, taken: 1, sandbox: text, lastSeenAt: AT, refusal: text, leftAt: null };
    return {
      hosts: [{ ...host, places: [place] }],
      lostPlaces: [{ ...place, host: text }],
      agents: [{ id: text, turn: 1, hold: null, phase: text, since: AT, lastLine: text }],
      pause,
      providerHolds: [{ provider: text, model: text, until: AT, reason: text }],
      forgeLimits: [{ host: text, quota: 1, remaining: 1, resetsAt: AT, silentUntil: null }],
      epics: { admitted: 1, waiting: 0, atOnce: null },
      limits: null,
      versions: { factory: text, node: text, postgres: text, temporal: text },
    };
  }
  if (path.includes('/costs')) {
    const sum = {
      settledUsd: 1,
      unknownUsd: 1,
      reservedUsd: 1,
      tokens: 1,
      calls: { answered: 1, failed: 1, unknown: 1, open: 0 },
    };
    const agent = { agentId: text, turns: 1, state: text, model: text, ...sum };
    return {
      epicId: 'shop',
      ...{ capUsd: 2, capTokens: null },
      ...sum,
      byPurpose: [{ purpose: text, ...sum }],
      byTask: [{ taskKey: text, title: text, capUsd: null, capTokens: null, ...sum }],
      byAgent: [agent],
    };
  }
  if (path.includes('/plan')) {
    const checked = { commitSha: text, checks: [{ check: text, exitCode: 1 }], coveredBy: text, at: AT };
    const planned = { id: 'shop.slugs', key: 'slugs', title: text, description: text, acceptance: [text] };
    const revision = { number: 1, at: AT, by: text, why: text, changes: [text] };
    const overlaps = [{ tasks: [text, text], files: [text] }];
    const task = {
      ...{ ...planned, criteria: [criterionOf()], dependsOn: [text], files: [text] },
      ...{ state: 'PENDING', hasStarted: false, checked },
    };
    return { epicId: 'shop', revision: 1, overlaps, revisions: [revision], tasks: [task] };
  }
  if (path.includes('/account')) {
    const said = { at: AT, lastAt: AT, times: 2, kind: 'question', actor: text, text, reason: text, entries: [1] };
    const steps = [{ ...said, answer: { at: AT, by: text, decision: text, words: text } }];
    return {
      ...{
        epicId: 'shop',
        from: AT,
        to: AT,
        outcome: text,
        tasks: { [text]: 1 },
        people: [{ name: text, decisions: 1 }],
      },
      counts: { questions: 1, unanswered: 0, retries: 0, refusals: 0, failures: 0 },
      chapters: [{ title: text, taskKey: null, outcome: text, steps }],
    };
  }
  if (path.startsWith('/tasks/'))
    return {
      ...task,
      description: text,
      acceptance: [text],
      criteria: [criterionOf()],
      reviews: [{ submission: 1, verdict: text, summary: text, comments: [{ path: text, line: 1, body: text }] }],
      agents: [],
      evidence: [],
      epicId: 'shop',
      worktree: text,
      submissions: [],
      pullRequests: [],
      requests: [request],
      turns: [],
      checkpoints: [],
      cost: { settledUsd: 0, reservedUsd: 0, capUsd: null },
      commits: [],
      retries: [],
      progress: [],
      rewinds: [],
    };
  if (path.includes('/log'))
    return path.includes('after=0')
      ? [
          {
            id: 1,
            at: '2026-01-02T03:04:05.000Z',
            epicId: 'shop',
            taskKey: null,
            actor: text,
            kind: 'decision',
            decision: text,
            reason: text,
          },
        ]
      : [];
  if (path.includes('/diff/patch'))
    return { path: text, patch: text, next: null, totalBytes: null, isLast: true, isCut: true };
  if (path.includes('/diff'))
    return {
      pullRequest: 1,
      title: text,
      head: text,
      base: text,
      headSha: 'a'.repeat(40),
      baseSha: 'b'.repeat(40),
      totals: { files: 2, additions: 1, deletions: 0 },
      files: [
        { path: text, previousPath: text, status: 'renamed', additions: 1, deletions: 0, isBinary: false },
        { path: text, previousPath: null, status: 'added', additions: 0, deletions: 0, isBinary: true },
      ],
      next: null,
    };
  if (path.startsWith('/intake'))
    return [
      {
        identifier: text,
        outcome: 'epic',
        epicId: 'shop',
        lookedAt: '2026-01-02T03:04:05.000Z',
        title: text,
        reason: text,
      },
    ];
  if (path.startsWith('/pause')) return { pause };
  if (path.startsWith('/hosts'))
    return [
      {
        name: text,
        capacity: 1,
        taken: 0,
        sandbox: text,
        lastSeenAt: '2026-01-02T03:04:05.000Z',
        refusal: text,
        leftAt: null,
      },
    ];
  const epic = anEpic({
    factoryPause: pause,
    title: text,
    phase: text,
    hold: hold(),
    failure: failure(),
    tasks: [task],
    requests: [request],
    state: 'FAILED',
    sandboxes: [{ host: text, description: text }],
  });
  return /^\/epics(\?|$)/.test(path) ? [{ ...epic, tasks: { FAILED: 1 }, openRequests: 1, costUsd: 0 }] : epic;
}

const COMMANDS = [
  ...[
    ['list'],
    ['show', 'shop'],
    ['show', 'shop.slugs'],
    ['requests'],
    ['watch', 'shop'],
    ['logs', 'shop'],
    ['intake'],
    ['hosts'],
    ['fleet'],
    ['lanes'],
    ['inbox', '--all'],
    ['mail', 'show', '1'],
    ['tell', 'shop.slugs', 'words'],
    ['costs', 'shop'],
    ['plan', 'shop'],
    ['plan', 'shop', '--revisions'],
    ['explain', 'shop'],
    ['search', 'slugs'],
    ['requests', '--settled'],
  ],
  ...[
    ['diff', 'shop'],
    ['approve', 'shop', '--yes'],
    ['reject', 'shop', '--comment', 'no'],
    ['pause', 'shop'],
    ['retry', 'refused.slugs'],
  ],
  ['show', 'refused'],
];

for (const columns of [undefined, 100]) {
  test(`no command lets text of others through to ${columns === undefined ? 'a pipe' : 'a terminal'}`, {
    timeout: 60_000,
  }, async () => {
    const texts = fc.sample(hostile, { numRuns: 300, seed: 7 });
    for (const [nth, one] of texts.entries()) {
      text = one;
      const args = COMMANDS[nth % COMMANDS.length] ?? [];
      // Outside of a terminal a patch is what git apply wants.
      const isPatch = args[0] === 'diff' && columns === undefined;
      const options = { env: { FACTORY_API_URL: api.url }, ...(columns === undefined ? {} : { columns }) };
      const { stdout, stderr } = await runCli(args, options);
      assert.notEqual(stdout + stderr, '', args.join(' '));
      const shown = (isPatch ? '' : stdout) + stderr;
      assert.doesNotMatch(
        columns === undefined ? shown : shown.replaceAll(OURS, ''),
        ANY,
        `${args.join(' ')}: ${JSON.stringify(one)}`,
      );
    }
  });
}

test('JSON says the same, in escapes', async () => {
  for (const one of fc.sample(hostile, { numRuns: 100, seed: 8 })) {
    assert.doesNotMatch(visibleJson({ one }), ANY);
    assert.deepEqual(JSON.parse(visibleJson({ one })), { one });
  }
  text = '\u009B31m\u202Etitle';
  const { stdout } = await runCli(['show', 'shop', '--json'], { env: { FACTORY_API_URL: api.url } });
  assert.doesNotMatch(stdout, ANY);
  assert.equal(JSON.parse(stdout).title, text);
});
