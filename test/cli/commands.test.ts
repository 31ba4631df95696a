/** Every command against an API that keeps what it was sent: what is asked, what is printed, how it ends. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { anEpic, aRequest } from '../support/api-answers.ts';
import { runCli, runnerAgainst, type StubRequest } from '../support/cli.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'factory-cli-'));
after(() => rmSync(folder, { recursive: true }));

const against = runnerAgainst(folder);

const submitted = () => ({ status: 202, body: { id: 'shop', workflowId: 'epic-shop', created: true } });
const done = () => ({ body: { status: 'done', changed: true, message: 'paused' } });
const refused = (status: number, code: string) => () => ({
  status,
  body: { error: { code, message: `it is ${code}` } },
});
/** The epic on GET, no diff of it, and `reply` to whatever is sent. */
const withEpic =
  (epic: unknown, reply = done) =>
  (request: StubRequest) => {
    if (request.path.includes('/diff')) return refused(404, 'NotFound')();
    return request.method === 'GET' ? { body: epic } : reply();
  };

test('submit sends title, description and options', async () => {
  const args = [
    'submit',
    '--title',
    'Round prices',
    '-d',
    'To cents.',
    '--budget',
    '2.5',
    '--approval',
    'none',
    '--key',
    'k1',
  ];
  const { exitCode, stdout, sent } = await against(submitted, args);
  assert.equal(exitCode, 0);
  assert.match(stdout, /Submitted: shop/);
  assert.deepEqual(sent?.body, {
    title: 'Round prices',
    description: 'To cents.',
    budgetUsd: 2.5,
    requireApproval: [],
  });
  assert.equal(sent?.headers['idempotency-key'], 'k1');
});

test('submit reads Markdown, whose first heading is the title, and JSON from stdin', async () => {
  const file = path.join(folder, 'epic.md');
  writeFileSync(file, '# Round prices\n\nTo cents.\n');
  const markdown = await against(submitted, ['submit', file, '--json']);
  assert.deepEqual(markdown.sent?.body, { title: 'Round prices', description: 'To cents.' });
  assert.deepEqual(JSON.parse(markdown.stdout), submitted().body);

  const tasks = [{ key: 'a', title: 'First' }];
  const json = await against(submitted, ['submit', '-', '--title', 'Better'], {
    input: JSON.stringify({ title: 'T', tasks }),
  });
  assert.deepEqual(json.sent?.body, { title: 'Better', tasks });
});

test('wrong usage ends with 2 and asks nobody', async () => {
  for (const args of [
    ['submit'],
    ['submit', 'nowhere.md'],
    ['list', '--state', 'DONE'],
    ['frobnicate'],
    ['retry', 'shop'],
  ]) {
    const { exitCode, requests, stderr } = await against(submitted, args);
    assert.equal(exitCode, 2, args.join(' '));
    assert.equal(requests.length, 0);
    assert.notEqual(stderr, '');
  }
});

test('an answer of the API decides the exit code, and its message is shown', async () => {
  const cases = [
    [400, 'InvalidInput', 2],
    [404, 'NotFound', 5],
    [409, 'StaleHead', 3],
    [503, 'Unavailable', 4],
    [500, 'Internal', 1],
  ] as const;
  for (const [status, code, exit] of cases) {
    const text = await against(refused(status, code), ['pause', 'shop']);
    assert.equal(text.exitCode, exit, code);
    assert.equal(text.stderr, `it is ${code}\n`);
    const json = await against(refused(status, code), ['pause', 'shop', '--json']);
    assert.deepEqual(JSON.parse(json.stderr), { error: { code, message: `it is ${code}` } });
  }
});

test('no API ends with 4 and says what may be missing', async () => {
  const { exitCode, stderr } = await runCli(['list'], { env: { FACTORY_API_URL: 'http://127.0.0.1:9' } });
  assert.equal(exitCode, 4);
  assert.match(stderr, /does not answer at http:\/\/127\.0\.0\.1:9: is `npm start` running\?/);
});

test('a wrong configuration ends with 2 and names every variable', async () => {
  const { exitCode, stderr } = await runCli(['list'], { env: { BACKEND_PORT: 'x', MAX_TASKS: '0' } });
  assert.equal(exitCode, 2);
  assert.match(stderr, /BACKEND_PORT.*\n.*MAX_TASKS/);
});

test('approve is about the one open request and its commit, and says who', async () => {
  const answer = withEpic(
    anEpic({ requests: [aRequest(), aRequest({ requestId: 'q', options: ['retry'], kind: 'question' })] }),
  );
  const { exitCode, sent } = await against(answer, ['approve', 'shop', '--yes', '--by', 'ada']);
  assert.equal(exitCode, 0);
  assert.equal(sent?.path, '/epics/shop/respond');
  assert.deepEqual(sent?.body, { requestId: 'merge-1', decision: 'approve', headSha: 'a'.repeat(40), by: 'ada' });
});

test('approve refuses when nothing waits, or more than one thing', async () => {
  const none = await against(withEpic(anEpic()), ['approve', 'shop']);
  assert.equal(none.exitCode, 3);
  assert.equal(none.sent, undefined);
  const requests = [aRequest(), aRequest({ requestId: 'merge-2' })];
  const two = await against(withEpic(anEpic({ requests })), ['reject', 'shop', '--comment', 'no']);
  assert.equal(two.exitCode, 3);
  assert.match(two.stderr, /--request: merge-1, merge-2/);
  const chosen = await against(withEpic(anEpic({ requests })), [
    'reject',
    'shop',
    '--request',
    'merge-2',
    '--comment',
    'no',
  ]);
  assert.match(JSON.stringify(chosen.sent?.body), /"merge-2".*"comment":"no"/);
});

test('a message that nobody has acted on ends with 6', async () => {
  const pending = () => ({ status: 202, body: { status: 'pending', message: 'nobody is there to act on it yet' } });
  const { exitCode, stdout } = await against(pending, ['pause', 'shop']);
  assert.equal(exitCode, 6);
  assert.match(stdout, /nobody is there/);
});

test('each message goes to its address', async () => {
  const cases = [
    [['resume', 'shop'], 'POST', '/epics/shop/resume'],
    [['cancel', 'shop', '--yes'], 'POST', '/epics/shop/cancel'],
    [['cancel', 'shop.slugs', '--yes'], 'POST', '/tasks/shop.slugs/cancel'],
    [['retry', 'shop.slugs'], 'POST', '/tasks/shop.slugs/retry'],
    [['interrupt', 'shop'], 'POST', '/epics/shop/interrupt'],
    [['interrupt', 'shop.slugs'], 'POST', '/tasks/shop.slugs/interrupt'],
    [['skip', 'shop.slugs', '--yes'], 'POST', '/tasks/shop.slugs/skip'],
    [['add', 'shop', '--key', 'tax', '--title', 'Add tax'], 'POST', '/epics/shop/tasks'],
    [['budget', 'raise', 'shop', '30'], 'PUT', '/epics/shop/budget'],
    [['respond', 'shop', 'q', 'retry'], 'POST', '/epics/shop/respond'],
  ] as const;
  for (const [args, method, address] of cases) {
    const { exitCode, sent } = await against(done, args);
    assert.deepEqual([exitCode, sent?.method, sent?.path], [0, method, address]);
  }
});

test('the whole factory is paused and resumed once somebody has confirmed it', async () => {
  for (const message of ['pause', 'resume']) {
    const said = await against(done, [message, '--all', '--yes', '--by', 'ann', '--comment', 'a leak']);
    assert.deepEqual([said.exitCode, said.sent?.method, said.sent?.path], [0, 'POST', `/${message}`]);
    assert.deepEqual(said.sent?.body, { by: 'ann', comment: 'a leak' });
    for (const args of [['--all'], ['--all', 'shop', '--yes'], []]) {
      const { exitCode, sent, stderr } = await against(done, [message, ...args]);
      assert.deepEqual([exitCode, sent], [2, undefined], args.join(' '));
      assert.match(stderr, /--all|--yes/);
    }
    const dry = await against(done, [message, '--all', '--dry-run', '--json']);
    assert.deepEqual(JSON.parse(dry.stdout), { dryRun: true, would: `${message} the whole factory` });
    assert.equal(dry.sent, undefined);
  }
});

test('a budget is raised in dollars, in tokens, of an epic or a task', async () => {
  const raise = (...args: string[]) => against(done, ['budget', 'raise', ...args, '--by', 'ann']);
  assert.deepEqual((await raise('shop', '30', '--tokens', '5000')).sent?.body, {
    by: 'ann',
    capUsd: 30,
    capTokens: 5_000,
  });
  const { sent } = await raise('shop.slugs', '--tokens', '5000');
  assert.deepEqual([sent?.path, sent?.body], ['/epics/shop/budget', { by: 'ann', capTokens: 5_000, taskKey: 'slugs' }]);
  assert.deepEqual((await raise('shop', '20', '--lower')).sent?.body, { by: 'ann', capUsd: 20, lower: true });
  const none = await raise('shop');
  assert.equal(none.exitCode, 2);
  assert.match(none.stderr, /an amount in USD, --tokens <count>, or both/);
});

test('an agent’s question is answered by an option, however it is spelled, or in words', async () => {
  const request = aRequest({ requestId: 'ask-1', kind: 'agent-question', options: ['Half up', 'Half even', 'answer'] });
  const asked = withEpic(anEpic({ requests: [request, aRequest()] }));
  const body = async (...words: string[]) => {
    const { sent } = await against(asked, ['answer', 'shop', 'ask-1', '--by', 'ann', ...words]);
    return sent?.body;
  };
  assert.deepEqual(await body('half', 'UP'), { requestId: 'ask-1', decision: 'Half up', by: 'ann' });
  const words = { requestId: 'ask-1', decision: 'answer', answer: 'Never round', by: 'ann' };
  assert.deepEqual(await body('Never', 'round'), words);
  const other = await against(asked, ['answer', 'shop', 'merge-1', 'yes']);
  assert.deepEqual([other.exitCode, other.sent], [2, undefined]);
  assert.match(other.stderr, /no question of an agent\. Answer it with: bin\/factory respond shop merge-1/);
});

test('list and requests print tables, and JSON as it came', async () => {
  const { tasks: _, requests: __, cost: ___, ...summary } = anEpic();
  const list = [{ ...summary, tasks: { COMPLETED: 1, PENDING: 2 }, openRequests: 1, costUsd: 0.5 }];
  const pause = { by: 'ann', comment: 'a leak', since: '2026-01-02T03:04:05.000Z' };
  const text = await against(({ path: asked }) => ({ body: asked === '/pause' ? { pause } : list }), ['list']);
  assert.match(
    text.stdout,
    /^the factory is paused by ann since 2026-01-02T03:04:05.000Z: a leak\nEPIC +STATE[\s\S]*shop +IN_PROGRESS +1\/3 +\$0\.50 .*Teach the shop to ship +waits for you/,
  );
  const json = await against(() => ({ body: list }), ['list', '--json', '--state', 'IN_PROGRESS']);
  assert.equal(json.requests[0]?.path, '/epics?limit=20&state=IN_PROGRESS');
  assert.deepEqual(JSON.parse(json.stdout), list);
  const request = { ...aRequest(), epicCostUsd: 0.5, epicCapUsd: 20, holdsUp: null };
  const requests = await against(() => ({ body: [request] }), ['requests', 'shop']);
  assert.match(requests.stdout, /merge: Merge pull request #3\?/);
});

test('help names the exit codes and gives examples', async () => {
  const all = await runCli(['--help']);
  assert.equal(all.exitCode, 0);
  assert.match(all.stdout, /Exit codes:/);
  const one = await runCli(['submit', '--help']);
  assert.match(one.stdout, /factory submit epic\.md --watch/);
});
