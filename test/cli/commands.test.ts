/** Every command against an API that keeps what it was sent: what is asked, what is printed, how it ends. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { anEpic, aRequest, aTask } from '../support/api-answers.ts';
import { runCli, type StubRequest, spawnCli, startStubApi } from '../support/cli.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'factory-cli-'));
after(() => rmSync(folder, { recursive: true }));

/** Runs the command against an API that answers so; stops it again. */
async function against(
  answer: (request: StubRequest) => { status?: number; body: unknown },
  args: readonly string[],
  options: { input?: string; columns?: number; typed?: string } = {},
) {
  const api = await startStubApi(answer);
  const env = { FACTORY_API_URL: api.url, STATE_DIR: folder };
  try {
    const result = await (options.input === undefined ? runCli : spawnCli)(args, { ...options, env });
    return { ...result, requests: api.requests, sent: api.requests.find(({ method }) => method !== 'GET') };
  } finally {
    await api.stop();
  }
}

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

test('watch prints a line for each change and ends with the epic', async () => {
  const steps = [
    anEpic({ state: 'PLANNING', phase: 'plan' }),
    anEpic({ tasks: [aTask({ state: 'IN_PROGRESS', phase: 'implement' })], requests: [aRequest()] }),
    anEpic({ state: 'COMPLETED', phase: 'done', tasks: [aTask({ state: 'COMPLETED' })] }),
  ];
  const sequence = () => {
    let look = 0;
    return () => ({ body: steps[Math.min(look++, steps.length - 1)] });
  };
  const text = await against(sequence(), ['watch', 'shop']);
  assert.equal(text.exitCode, 0);
  assert.match(
    text.stdout,
    /PLANNING {2}plan\n[\s\S]*slugs {2}IN_PROGRESS {2}implement\n[\s\S]*bin\/factory approve shop[\s\S]*COMPLETED/,
  );
  assert.equal(text.stdout.includes('\u001B'), false);
  const json = await against(sequence(), ['watch', 'shop', '--json']);
  const states = json.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).state);
  assert.deepEqual(states, ['PLANNING', 'IN_PROGRESS', 'COMPLETED']);
});

test('watch does not say twice that something waits', async () => {
  const hold = { kind: 'host' as const, reason: 'waits for a free slot on a host', since: '2026-01-02T03:04:05.000Z' };
  const watched = await against(withEpic(anEpic({ state: 'COMPLETED', hold })), ['watch', 'shop']);
  assert.match(watched.stdout, / {2}waits for a free slot on a host$/m);
  assert.equal(watched.stdout.includes('waits: waits'), false);
  const person = { kind: 'person' as const, reason: 'merge approval', since: hold.since };
  const asked = anEpic({ state: 'COMPLETED', phase: 'waits for a person’s approval', hold: person });
  assert.match((await against(withEpic(asked), ['watch', 'shop'])).stdout, /approval {2}merge approval$/m);
});

test('watch has one line for a failure, whose words the question shows once', async () => {
  const failure = { type: 'SetupFailed', message: 'The set-up command ended with 1.\nIt printed:\nno such package' };
  const task = (phase: string) => aTask({ state: 'FAILED', phase, failure });
  const question = `Task "slugs" did not finish: ${failure.message}\nWhat now?`;
  const steps = [
    anEpic({ tasks: [task('failed; the supervisor looks at it')] }),
    anEpic({ tasks: [task('SetupFailed does not pass by itself')], requests: [aRequest({ question, headSha: null })] }),
    anEpic({ state: 'COMPLETED', tasks: [task('SetupFailed does not pass by itself')] }),
  ];
  let look = 0;
  const { stdout } = await against(() => ({ body: steps[Math.min(look++, 2)] }), ['watch', 'shop']);
  assert.equal(stdout.match(/no such package/g)?.length, 1);
  assert.equal(stdout.match(/It printed:/g)?.length, 1);
  assert.match(stdout, /SetupFailed: The set-up command ended with 1\.$/m);
});

test('watch says nothing of a line that an epic only passes through', async () => {
  const hold = (seconds: number) => ({
    ...{ kind: 'admission' as const, reason: 'the limit of epics at once' },
    since: new Date(Date.now() - seconds * 1_000).toISOString(),
  });
  const phase = 'waits for admission';
  const watched = async (seconds: number) => {
    const steps = [anEpic({ phase, hold: hold(seconds) }), anEpic({ state: 'COMPLETED' })];
    let look = 0;
    return (await against(() => ({ body: steps[Math.min(look++, 1)] }), ['watch', 'shop'])).stdout;
  };
  assert.doesNotMatch(await watched(0), /admission/);
  assert.match(await watched(60), /waits for admission {2}the limit of epics at once$/m);
});

test('watch that gives up says that the epic goes on, and how to watch it again', async (context) => {
  context.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  let look = 0;
  const silent = { code: 'Unavailable', message: 'PostgreSQL does not answer; try again in a moment' };
  const { exitCode, stderr } = await against(() => {
    if (look++ === 0) return { body: anEpic() };
    context.mock.timers.tick(61_000);
    return { status: 503, body: { error: silent } };
  }, ['watch', 'shop']);
  assert.equal(exitCode, 4);
  assert.match(
    stderr,
    /^PostgreSQL does not answer.*\nNo answer for 60 s, .* goes on by itself.*bin\/factory watch shop$/m,
  );
});

test('in a terminal watch paints over what it painted, and no line is longer than the terminal', async () => {
  const title = 'A title that is longer than the narrow terminal in which it is shown';
  const steps = [anEpic({ title, tasks: [aTask()] }), anEpic({ title, state: 'COMPLETED', phase: '' })];
  let look = 0;
  const { stdout } = await against(() => ({ body: steps[Math.min(look++, 1)] }), ['watch', 'shop'], { columns: 40 });
  const [first = '', second = ''] = stdout.split('\u001B[3A');
  assert.match(first, /IN_PROGRESS/);
  assert.ok(second.startsWith('\u001B[0J') && second.includes('COMPLETED'));
  const lines = stripVTControlCharacters(stdout).split('\n');
  assert.ok(lines.every((line) => line.length < 40));
});

test('watch ends with 1 when the epic failed', async () => {
  const failure = { type: 'EpicFailed', message: 'no plan' };
  const { exitCode, stderr } = await against(withEpic(anEpic({ state: 'FAILED', failure })), ['watch', 'shop']);
  assert.equal(exitCode, 1);
  assert.match(stderr, /shop is FAILED: no plan/);
});

test('list and requests print tables, and JSON as it came', async () => {
  const { tasks: _, requests: __, cost: ___, ...summary } = anEpic();
  const list = [{ ...summary, tasks: { COMPLETED: 1, PENDING: 2 }, openRequests: 1, costUsd: 0.5 }];
  const text = await against(() => ({ body: list }), ['list']);
  assert.match(
    text.stdout,
    /^EPIC +STATE[\s\S]*shop +IN_PROGRESS +1\/3 +\$0\.50 .*Teach the shop to ship +waits for you/,
  );
  const json = await against(() => ({ body: list }), ['list', '--json', '--state', 'IN_PROGRESS']);
  assert.equal(json.requests[0]?.path, '/epics?limit=20&state=IN_PROGRESS');
  assert.deepEqual(JSON.parse(json.stdout), list);
  const requests = await against(() => ({ body: [aRequest()] }), ['requests', 'shop']);
  assert.match(requests.stdout, /merge: Merge pull request #3\?/);
});

test('help names the exit codes and gives examples', async () => {
  const all = await runCli(['--help']);
  assert.equal(all.exitCode, 0);
  assert.match(all.stdout, /Exit codes:/);
  const one = await runCli(['submit', '--help']);
  assert.match(one.stdout, /factory submit epic\.md --watch/);
});
