/** `factory explain` as it is printed: chapters with their end, a line a step, why below it, and who answered what when. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Answer } from '../../api/client/index.ts';
import { runCli, startStubApi } from '../support/cli.ts';

const step = { times: 1, kind: 'decision', actor: 'factory', reason: '', entries: [1], answer: null };
const at = (time: string) => ({ at: `2026-01-01T${time}.000Z`, lastAt: `2026-01-01T${time}.000Z` });

const ACCOUNT: Answer<'Account'> = {
  ...{ epicId: 'shop', from: at('09:00:00').at, to: '2026-01-02T09:00:00.000Z', outcome: 'completed' },
  tasks: { completed: 2 },
  counts: { questions: 2, unanswered: 1, retries: 1, refusals: 0, failures: 0 },
  people: [{ name: 'ann', decisions: 1 }],
  chapters: [
    {
      ...{ title: 'Task slugs', taskKey: 'slugs', outcome: 'completed' },
      steps: [
        { ...step, ...at('09:00:00'), text: 'the factory found the verification red', reason: 'tests:\n  1 failed' },
        { ...step, ...at('09:00:01'), text: 'the factory sent it back', times: 3, lastAt: at('09:00:09').at },
        {
          ...{ ...step, ...at('10:00:00'), kind: 'question', text: 'the factory asked a person about the merge' },
          answer: { at: '2026-01-02T09:00:00.000Z', by: 'ann', decision: 'approve', words: 'fine' },
        },
        { ...step, ...at('11:00:00'), kind: 'question', text: 'the factory asked', reason: 'x'.repeat(400) },
      ],
    },
  ],
};

let api: Awaited<ReturnType<typeof startStubApi>>;
let account: unknown = ACCOUNT;
before(async () => {
  api = await startStubApi(() => ({ body: account }));
});
after(() => api.stop());

const run = (...args: string[]) => runCli(['explain', ...args], { env: { FACTORY_API_URL: api.url } });

test('explain prints the outcome first, then who decided, then each chapter', async () => {
  const { stdout, exitCode } = await run('shop');
  assert.equal(exitCode, 0);
  assert.equal(
    stdout,
    `shop: from 2026-01-01 09:00:00 to 2026-01-02 09:00:00 UTC
  The epic is completed · tasks: 2 completed · 2 questions to people (1 without an answer) · 1 retry
  People who decided: ann (once).

Task slugs (completed)
  2026-01-01
  09:00:00  the factory found the verification red
            tests: 1 failed
  09:00:01  the factory sent it back 3 times, the last at 09:00:09
  10:00:00  the factory asked a person about the merge
  2026-01-02 09:00:00  ann answered: approve, after 23 h 0 min
            fine
  11:00:00  the factory asked (no answer in the log)
            ${'x'.repeat(300)}…
`,
  );
});

test('--task and --since are sent, and a time may be given as so long ago', async () => {
  api.requests.length = 0;
  await run('shop', '--task', 'slugs', '--since', '2026-01-01');
  assert.equal(api.requests[0]?.path, '/epics/shop/account?taskKey=slugs&since=2026-01-01T00%3A00%3A00.000Z');
  const before = Date.now();
  await run('shop', '--since', '2h');
  const since = new URL(api.requests[1]?.path ?? '', api.url).searchParams.get('since') ?? '';
  const age = before - Date.parse(since);
  assert.ok(age <= 7_200_000 && age > 7_200_000 - 60_000, `${age} ms`);
  for (const bad of ['yesterday', '2026-01-01T09:00', '2026-13-01', '3']) {
    const { exitCode, stderr } = await run('shop', '--since', bad);
    assert.equal(exitCode, 2);
    assert.match(stderr, /--since <time>[\s\S]*Give a day/);
  }
});

test('--json is what the API says, and an empty log is said to be empty', async () => {
  assert.deepEqual(JSON.parse((await run('shop', '--json')).stdout), ACCOUNT);
  account = { ...ACCOUNT, from: null, to: null, chapters: [] };
  assert.match((await run('shop')).stdout, /The decision log has nothing about it/);
});
