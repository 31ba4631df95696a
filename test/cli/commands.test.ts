/** Commands against an API that keeps what it was sent: what is asked, what is printed, how it ends. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { freePort } from '../../local/stack/ports.ts';
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

test('what may have arrived says how to send it again without its counting twice', async () => {
  const cases = [
    [['submit', '--title', 'Round prices'], 'one epic', /^round-prices-[0-9a-f]{6}$/],
    [['tell', 'shop', 'hurry'], 'one word'],
    [['tell', 'shop.slugs', 'hurry'], 'one word'],
    [['mail', 'send', 'shop', 'task/slugs', 'Hi', 'there'], 'one mail'],
    [['mail', 'reply', '7', 'yes'], 'one mail'],
    [['rewind', 'shop.slugs', '--turn', '3', '--yes'], 'one rewind'],
    [['interrupt', 'shop'], 'one interrupt'],
    [['interrupt', 'shop.slugs'], 'one interrupt'],
  ] as const;
  for (const [args, what, form = /^[0-9a-f]{6}$/] of cases) {
    const lost = await against(refused(503, 'Unavailable'), args);
    const key = String(lost.sent?.headers['idempotency-key']);
    assert.match(key, form);
    assert.equal(lost.exitCode, 4, args.join(' '));
    assert.equal(
      lost.stderr,
      `it is Unavailable\nIt may have arrived all the same. Send it again with --key ${key}, and it is ${what}.\n`,
    );
    const again = await against(refused(500, 'Internal'), [...args, '--key', key]);
    assert.equal(again.sent?.headers['idempotency-key'], key);
    assert.match(again.stderr, /Send it again with --key/);
    assert.doesNotMatch((await against(refused(409, 'KeyReused'), args)).stderr, /--key/);
    const nobody = await runCli(args, { env: { FACTORY_API_URL: `http://127.0.0.1:${await freePort()}` } });
    assert.deepEqual([nobody.exitCode, nobody.stderr.includes('--key')], [4, false], 'nothing was sent');
  }
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

test('a commit is no condition of an approval that is about none', async () => {
  const plan = anEpic({ requests: [aRequest({ kind: 'plan', headSha: null, pullRequest: null })] });
  const { exitCode, sent, stderr } = await against(withEpic(plan), ['approve', 'shop', '--yes', '--head', 'abc']);
  assert.deepEqual([exitCode, sent], [2, undefined]);
  assert.match(stderr, /merge-1 of shop is about no commit, so leave --head out/);
});

test('words that come after another answer end with 3: they are lost', async () => {
  const stands = { requestId: 'ask-1', decision: 'answer', answer: 'Half up', by: 'ann' };
  const settled = { ...aRequest({ requestId: 'ask-1', state: 'answered', answer: stands }), closedAt: null };
  const late = { status: 'done', changed: false, message: 'answered before by ann, and that stands: Half up' };
  const answered = ({ method, path: asked }: StubRequest) => {
    if (method !== 'GET') return { body: late };
    return { body: asked.startsWith('/human-requests') ? [settled] : anEpic() };
  };
  const endsWith = async (...args: string[]) => {
    const { exitCode, stdout } = await against(answered, args);
    assert.match(stdout, /answered before by ann/);
    return exitCode;
  };
  assert.equal(await endsWith('answer', 'shop', 'ask-1', 'Half even'), 3);
  assert.equal(await endsWith('answer', 'shop', 'ask-1', 'Half up'), 0, 'the same words');
  assert.equal(await endsWith('respond', 'shop', 'ask-1', 'answer', '--answer', 'Half up', '--comment', 'always'), 3);
  assert.equal(await endsWith('respond', 'shop', 'ask-1', 'retry'), 0, 'another decision would be refused');
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
  const agent = await raise('shop.slugs.implement.1', '5');
  assert.deepEqual([agent.exitCode, agent.sent], [2, undefined], 'an agent has no cap');
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

test('list says that there may be more, and what none there are of', async () => {
  const { tasks: _, requests: __, cost: ___, ...summary } = anEpic();
  const list = [1, 2].map(() => ({ ...summary, tasks: {}, openRequests: 0, costUsd: 0 }));
  const listed = async (body: unknown, ...args: string[]) =>
    (await against(({ path: asked }) => ({ body: asked === '/pause' ? { pause: null } : body }), ['list', ...args]))
      .stdout;
  assert.match(
    await listed(list, '--limit', '2', '--state', 'open'),
    /\nThere may be more: bin\/factory list --state open --limit 2 --before 2026-01-02T03:04:05\.000Z\n$/,
  );
  assert.doesNotMatch(await listed(list), /more/);
  assert.equal(await listed([], '--state', 'FAILED'), 'No epic is FAILED.\n');
  assert.equal(await listed([], '--state', 'open'), 'No epic is open.\n');
  assert.match(await listed([]), /^There are no epics\. Give the factory one/);
  const next = await against(() => ({ body: [] }), ['list', '--json', '--before', '2026-01-02']);
  assert.equal(next.requests[0]?.path, '/epics?limit=20&before=2026-01-02');
});

test('help names the exit codes and gives examples', async () => {
  const all = await runCli(['--help']);
  assert.equal(all.exitCode, 0);
  assert.match(all.stdout, /Exit codes:/);
  const one = await runCli(['submit', '--help']);
  assert.match(one.stdout, /factory submit epic\.md --watch/);
});
