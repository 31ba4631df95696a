/** Commands that show what the API knows of costs, lanes, hosts and settled requests: who, how much and since when. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JudgedCriterion } from '../../api/client/criterion-words.ts';
import type { Answer } from '../../api/client/index.ts';
import { aRequest } from '../support/api-answers.ts';
import { runCli, startStubApi } from '../support/cli.ts';

const AT = '2026-01-02T03:04:05.000Z';

async function run(args: readonly string[], body: unknown) {
  const api = await startStubApi(() => ({ body }));
  try {
    const result = await runCli(args, { env: { FACTORY_API_URL: api.url } });
    return { ...result, paths: api.requests.map(({ path }) => path) };
  } finally {
    await api.stop();
  }
}

const sum = (settledUsd: number, failed = 0) => ({
  ...{ settledUsd, unknownUsd: 0, reservedUsd: 0, tokens: 1_000_000 * settledUsd },
  calls: { answered: 3, failed, unknown: 0, open: 0 },
});

test('costs names the cap, each purpose, task and attempt with what went wrong', async () => {
  const agent = { taskKey: 'slugs', purpose: 'implement', model: 'm', turns: 4, firstAt: AT, lastAt: AT };
  const costs: Answer<'Costs'> = {
    ...{ epicId: 'shop', capUsd: 20, capTokens: 4_000_000, ...sum(1.5, 2), points: [] },
    byTask: [
      { taskKey: null, title: null, capUsd: null, capTokens: null, ...sum(0) },
      { taskKey: 'slugs', title: 'Make slugs', capUsd: 2, capTokens: null, ...sum(1.5, 2) },
    ],
    byPurpose: [{ purpose: 'implement', ...sum(1.5, 2) }],
    byAgent: [{ ...agent, agentId: 'shop.slugs.implement.1', attempt: 1, state: 'FAILED', ...sum(1.5, 2) }],
  };
  const { stdout, paths } = await run(['costs', 'shop'], costs);
  assert.deepEqual(paths, ['/epics/shop/costs']);
  assert.match(
    stdout,
    /^\$1\.50 of \$20\.00 · 1,500,000 of 4,000,000 tokens\n[\s\S]*implement +\$1\.50 +1,500,000 +3, 2 failed\n[\s\S]*\nthe epic itself +\$0\.00 +0 +3\nslugs +\$1\.50 of \$2\.00 +1,500,000 +3, 2 failed +Make slugs\n[\s\S]*implement\.1 +\$1\.50 +1,500,000 +4 +FAILED/,
  );
  assert.deepEqual(JSON.parse((await run(['costs', 'shop', '--json'], costs)).stdout), costs);
  assert.match((await run(['costs', 'shop'], { ...costs, byAgent: [] })).stdout, /No model call was made\./);
});

test('lanes says who merges and who waits, and where that is not known', async () => {
  const member = {
    ...{ epicId: 'shop', epicTitle: 'Shop', taskKey: 'slugs', title: 'Make slugs', pullRequest: 1, headSha: null },
    ...{ priority: 0, isBehind: false, since: AT },
  };
  const lane: Answer<'Lane'> = {
    ...{ repository: 'example', branch: 'main', isLive: true, settling: [], verdicts: [] },
    merging: { ...member, grantedAt: AT },
    waiting: [{ ...member, taskKey: null, title: 'Shop', behind: 'shop.slugs' }],
    leadTime: { merges: 3, medianSeconds: 61, p90Seconds: 100 },
  };
  const { stdout } = await run(['lanes'], { lanes: [lane], more: false });
  assert.match(
    stdout,
    /^example: main · 3 merged in 7 days, median 1 min 1 s\n {2}merges {3}shop\.slugs Make slugs, for /,
  );
  assert.match(stdout, /\n {2}waits {4}shop Shop, for /);
  const away = await run(['lanes'], {
    ...{ lanes: [{ ...lane, isLive: false, merging: null, waiting: [] }], more: true },
  });
  assert.match(away.stdout, /who merges is not known/);
  assert.match(away.stdout, /There are more branches than these 1/);
  assert.doesNotMatch(away.stdout, /nobody merges/);
});

test('search lists what it found by kind', async () => {
  const found: Answer<'Found'> = {
    epics: [{ id: 'shop', title: 'Teach the shop', state: 'COMPLETED', startedAt: AT }],
    tasks: [],
    agents: [],
    pullRequests: [],
    more: ['epics'],
  };
  const { stdout, paths } = await run(['search', 'the', 'shop'], found);
  assert.deepEqual(
    [stdout, paths],
    ['epic  shop  COMPLETED  Teach the shop\nThere is more; add words to find it.\n', ['/search?q=the%20shop']],
  );
  assert.match((await run(['search', 'x'], { ...found, epics: [] })).stdout, /Nothing is called so/);
});

test('requests tells what is at stake, and with --settled who answered what', async () => {
  const task = { key: 'slugs', title: '', state: 'BLOCKED' as const, since: AT };
  const open = { ...aRequest(), epicCostUsd: 1.5, epicCapUsd: 20, holdsUp: { tasks: [task], agents: [] } };
  const { stdout } = await run(['requests'], [open]);
  assert.match(stdout, /^shop {2}merge-1 {2}\$1\.50 so far; holds up slugs\n/);
  const answer = { requestId: 'merge-1', decision: 'reject', by: 'ann', comment: 'too large' };
  const settled = { ...open, state: 'answered' as const, answer, closedAt: AT, holdsUp: null };
  const shown = await run(['requests', '--settled'], [settled]);
  assert.deepEqual(shown.paths, ['/human-requests?state=settled&limit=50']);
  assert.match(shown.stdout, /2026-01-02 03:04 +shop +merge-1 +merge +reject by ann +too large/);
});

/** A host that reported a moment ago. */
const aHost = (fields: Partial<Answer<'Host'>> = {}): Answer<'Host'> => ({
  ...{ name: 'one', capacity: 2, taken: 1, sandbox: 'bubblewrap', refusal: null, leftAt: null },
  lastSeenAt: new Date().toISOString(),
  ...fields,
});

test('a host takes work only while it reports, has room and refuses nothing', async () => {
  const hosts = [
    aHost(),
    aHost({ name: 'two', taken: 2 }),
    aHost({ name: 'three', lastSeenAt: AT }),
    aHost({ name: 'four', refusal: 'the disk is full' }),
    aHost({ name: 'five', leftAt: AT }),
  ];
  const { stdout } = await run(['hosts'], hosts);
  assert.deepEqual(
    stdout.split('\n').flatMap((line) => /^\S+ +\d\/2 +\S+ \S+ +(.*)/.exec(line)?.[1] ?? []),
    ['takes work', 'full', 'silent', 'takes no more work: the disk is full', 'signed off at 2026-01-02 03:04:05'],
  );
});

test('fleet shows what is placed where, agents with their last line, and what holds calls', async () => {
  const place = { epicId: 'shop', epicTitle: 'Shop', taskKey: 'slugs', title: 'Make slugs', since: AT };
  const names = { epicTitle: 'Shop', taskTitle: 'Make slugs', model: 'm', phase: 'turn 3', lastLine: 'bash: npm test' };
  const agent = { id: 'shop.slugs.implement.1', epicId: 'shop', taskKey: 'slugs', host: 'one', attempt: 1, turn: 3 };
  const fleet: Answer<'Fleet'> = {
    hosts: [
      { ...aHost(), placements: [place] },
      { ...aHost({ name: 'two', lastSeenAt: AT }), placements: [] },
    ],
    lostPlacements: [{ ...place, host: 'gone' }],
    agents: [
      { ...agent, ...names, role: 'WORKER', purpose: 'implement', state: 'BUSY', hold: null, since: AT, startedAt: AT },
    ],
    pause: null,
    providerHolds: [{ provider: 'anthropic', model: 'm', until: AT, reason: 'quota' }],
    forgeLimits: [],
    epics: { admitted: 1, waiting: 2, atOnce: 5 },
    limits: { tasks: 4, attempts: 5, rounds: 3, turns: 100, budgetUsd: 20 },
    versions: { factory: '1', node: 'v24', postgres: '17', temporal: null },
  };
  const { stdout } = await run(['fleet'], fleet);
  assert.match(stdout, /^one {2}1\/2 slots {2}bubblewrap\n {2}takes work\n {2}shop\.slugs {2}Make slugs {2}for /);
  assert.match(stdout, /\ntwo .*\n {2}silent: last heard of .* ago\n/);
  assert.match(stdout, /gone is not there, and holds shop\.slugs/);
  assert.match(stdout, /implement\.1 {2}2 turns answered; turn 3, for [^\n]+\n {2}bash: npm test\n/);
  assert.match(
    stdout,
    /anthropic m until 2026\S+ quota\n1 of 5 epics run, 2 wait; an epic: 4 tasks at once, \$20\.00\n/,
  );
  assert.match(stdout, /Temporal does not answer/);
});

test('plan tells when each task is done, and how its last checks came out', async () => {
  const task = {
    id: 'shop.slugs',
    key: 'slugs',
    title: 'Make slugs',
    description: 'Of titles.',
    state: 'REVIEW' as const,
  };
  const checks = [
    { check: 'lint', exitCode: 0 },
    { check: 'test', exitCode: 2 },
  ];
  const revisions = [{ number: 2, at: AT, by: 'ann', why: 'Too much', changes: ['drops sale', 'changes bare: title'] }];
  const judged: JudgedCriterion = {
    ...{ verdict: 'met', how: 'npm test', note: '', proof: 'ran', exitCode: 0, turn: 3 },
    ...{ commitSha: 'c'.repeat(40), isOutdated: false, reviewer: 'shop.slugs.review.1', at: AT },
  };
  const plan: Answer<'EpicPlan'> = {
    ...{ epicId: 'shop', revision: 2, overlaps: [{ tasks: ['slugs', 'bare'], files: ['src/'] }], revisions },
    tasks: [
      {
        ...task,
        acceptance: ['is short', 'two\nlines'],
        criteria: [
          { criterion: 'is short', judged },
          { criterion: 'two\nlines', judged: { ...judged, verdict: 'not_met', proof: 'said', note: 'one\nline' } },
        ],
        ...{ dependsOn: ['base'], files: ['src/', 'docs/slugs.md'], hasStarted: true },
        ...{ budgetUsd: 2.5, budgetTokens: 90_000 },
        checked: { commitSha: 'c'.repeat(40), checks, unrun: ['e2e'], coveredBy: null, at: AT },
      },
      {
        ...{ ...task, key: 'bare', description: '', acceptance: [], criteria: [], dependsOn: [] },
        ...{ files: [], hasStarted: true, checked: null, budgetUsd: null, budgetTokens: null },
      },
      {
        ...task,
        ...{ key: 'skipped', description: '', dependsOn: [], checked: null, state: 'CANCELLED' },
        ...{ files: [], hasStarted: true, budgetUsd: null, budgetTokens: null },
        acceptance: ['is'],
        criteria: [{ criterion: 'is', judged: null }],
      },
    ],
  };
  const { stdout, paths } = await run(['plan', 'shop'], plan);
  assert.deepEqual(paths, ['/epics/shop/plan']);
  assert.deepEqual(stdout.split('\n'), [
    '1. Make slugs  slugs  REVIEW',
    '   builds on base',
    '   touches src/, docs/slugs.md',
    '   may use $2.5, 90000 tokens',
    '   Of titles.',
    '   done when',
    '   - is short',
    '     met: ran npm test (exit 0) · at cccccccccccc',
    '   - two',
    '     lines',
    '     not met: the reviewer says: npm test · at cccccccccccc · one line',
    '   checked at cccccccccccc: lint green, test exit 2, e2e not run yet',
    '',
    '2. Make slugs  bare  REVIEW',
    '   not checked yet',
    '',
    '3. Make slugs  skipped  CANCELLED',
    '   done when',
    '   - is',
    '     nobody checked',
    '   no check ran',
    '',
    'Tasks that will likely change the same files at the same time:',
    '  slugs and bare: src/',
    '',
  ]);
  assert.equal(
    (await run(['plan', 'shop', '--revisions'], plan)).stdout,
    '2. 2026-01-02 03:04:05  ann: Too much\n   - drops sale\n   - changes bare: title\n',
  );
  assert.match(
    (await run(['plan', 'shop'], { ...plan, tasks: [] })).stdout,
    /has no plan; factory show shop says where it stands\.$/m,
  );
});

test('what was cut says so', async () => {
  const entry = { identifier: 'ENG-1', outcome: 'left', epicId: null, lookedAt: AT, title: 'T', reason: 'r' };
  assert.match(
    (await run(['intake', '--limit', '2'], [entry, entry])).stdout,
    /\nThere may be more: --limit shows as many as 200\.\n$/,
  );
  assert.doesNotMatch((await run(['intake'], [entry])).stdout, /more/);
  const mail = (number: number) => ({
    ...{ number, epicId: 'shop', from: 'human', by: 'ann', to: 'human', kind: 'mail', subject: 'S', body: 'B' },
    ...{ sentAt: AT, awaitsReply: false, doneAt: null, times: 1, lapsedAt: null, readBy: null },
  });
  const mails = Array.from({ length: 100 }, (_, index) => mail(100 - index));
  const { stdout, paths } = await run(['inbox', '--epic', 'shop', '--all'], { waiting: 100, mails });
  assert.match(stdout, /\nThere may be more: bin\/factory inbox --epic shop --all --before 1\n/);
  assert.deepEqual(paths, ['/mail?epicId=shop&box=all&limit=100']);
  assert.doesNotMatch((await run(['inbox'], { waiting: 1, mails: [mail(1)] })).stdout, /more/);
  const settled = Array.from({ length: 50 }, () => aRequest({ state: 'withdrawn', closedAt: AT }));
  for (const epic of [[], ['shop']]) {
    const words = (await run(['requests', ...epic, '--settled'], settled)).stdout;
    const command = ['bin/factory requests', ...epic, `--settled --before ${AT}`].join(' ');
    assert.ok(words.endsWith(`\nThere may be more: ${command}\n`), words.slice(-120));
  }
});
