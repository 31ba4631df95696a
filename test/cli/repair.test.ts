/** Repairing: what is shown before anything is reset, and what keeps it from being reset. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCli, startStubApi } from '../support/cli.ts';

const at = '2026-01-02T03:04:05.000Z';
const stuck = {
  ...{ workflowId: 'epic-shop', runId: 'run', taskKey: null, events: 268, eventId: 249 as number | null, at },
  failure: '[TMPRL1100] Nondeterminism error: it does not fit\nmore',
  messages: [
    { kind: 'update', name: 'pause', by: 'ada' as string | null, at },
    { kind: 'signal', name: 'askLane', by: null as string | null, at },
  ],
};

async function repairShop(args: readonly string[], { repairs = [stuck], ...terminal } = {}, typed?: string) {
  const api = await startStubApi(() => {
    if (repairs.length > 0) return { body: { repairs } };
    return { status: 409, body: { error: { code: 'NothingStuck', message: 'Nothing of epic "shop" is stuck' } } };
  });
  const input = typed === undefined ? {} : { columns: 80, typed };
  try {
    const result = await runCli(['repair', 'shop', ...args], {
      ...terminal,
      ...input,
      env: { FACTORY_API_URL: api.url },
    });
    return { ...result, sent: api.requests.find(({ body }) => (body as { apply?: boolean }).apply !== false)?.body };
  } finally {
    await api.stop();
  }
}

test('repair says where each execution goes back to and what is applied again, and resets what it has shown', async () => {
  const { exitCode, stdout, sent } = await repairShop(['--yes', '--by', 'eve']);
  assert.equal(exitCode, 0);
  assert.match(stdout, /^epic-shop is stuck: \[TMPRL1100\] Nondeterminism error: it does not fit\n/);
  assert.match(stdout, /goes back to event 249 of 268 \(2026-01-02T03:04:05\.000Z\)/);
  assert.match(stdout, /Applied again: pause \(by ada, 2026.*\), askLane \(2026.*\)\.\nRepaired epic-shop\./);
  assert.deepEqual(sent, {
    by: 'eve',
    seen: [stuck].map(({ workflowId, runId, eventId }) => ({ workflowId, runId, eventId })),
  });
});

test('repair says what is only cancelled again', async () => {
  const messages = [{ kind: 'cancellation', name: 'cancel', by: null, at }];
  const { stdout, sent } = await repairShop(['--yes', '--by', 'eve'], {
    repairs: [{ ...stuck, failure: 'a repair ended early', eventId: null, messages }],
  });
  assert.match(
    stdout,
    /^epic-shop: a repair ended early\n {2}Applied again: cancel \(2026.*\)\.\nRepaired epic-shop\./,
  );
  assert.deepEqual(sent, { by: 'eve', seen: [{ workflowId: 'epic-shop', runId: 'run', eventId: null }] });
});

test('in a terminal repair asks, only yes is yes, and --yes does not ask', async () => {
  for (const [typed, exit] of [
    ['y\n', 0],
    ['\n', 1],
    ['no\n', 1],
  ] as const) {
    const { exitCode, sent, stdout } = await repairShop([], {}, typed);
    assert.deepEqual([exitCode, sent === undefined], [exit, exit === 1], JSON.stringify(typed));
    assert.match(stdout, /Repair it\? \[y\/N\]/);
  }
  assert.equal((await repairShop(['--yes'], {}, '')).exitCode, 0);
});

test('with nothing stuck repair is refused with 3; with --json the answer is JSON', async () => {
  const { exitCode, stderr } = await repairShop(['--yes'], { repairs: [] });
  assert.equal(exitCode, 3);
  assert.match(stderr, /Nothing of epic "shop" is stuck/);
  assert.deepEqual(JSON.parse((await repairShop(['--yes', '--json'])).stdout), { repairs: [stuck] });
});
