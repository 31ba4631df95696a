/** A provider that fails takeTurn: what passes, what is held, what is final, and what it costs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { doubtOf } from '../../activities/retries.ts';
import { PassingFailure, StubbornFailure } from '../../clients/failures.ts';
import { startScriptedModel } from '../../local/model/server.ts';
import { answer, failsWith, useAgents } from '../support/agents.ts';

const { agentWith, db } = useAgents();
const failure = (agent: Awaited<ReturnType<typeof agentWith>>): Promise<unknown> =>
  agent
    .process()
    .turn()
    .catch((reason: unknown) => reason);

test('short waits are failures with a delay, long ones a hold that every call reads', async () => {
  const faults = [5, 3_600];
  const agent = await agentWith({
    fault: () => {
      const retryAfterSeconds = faults.shift();
      return retryAfterSeconds === undefined ? undefined : { kind: 'status', status: 429, retryAfterSeconds };
    },
  });
  await assert.rejects(agent.process().turn(), (error: unknown) => {
    failsWith('RateLimited', true)(error);
    assert.equal((error as ApplicationFailure).nextRetryDelay, '5s');
    return true;
  });
  const hold = await agent.process().turn();
  assert.equal(hold.kind, 'hold');
  const wait = Date.parse(hold.kind === 'hold' ? hold.until : '') - Date.now();
  assert.ok(wait > 3_500_000 && wait <= 3_600_000, String(wait));
  assert.equal((await agent.process().turn()).kind, 'hold');
  assert.equal(agent.model.calls.length, 2, 'the third asked nobody');
  assert.deepEqual(
    (await agent.ledger()).map((row) => [row.outcome, row.settled_microusd]),
    [
      ['failed', 0],
      ['failed', 0],
    ],
  );
  await db().deleteFrom('provider_holds').execute();
  answer(await agent.process().turn());
});

test('what passes by itself is retried and counted for what it may have cost', async () => {
  const cases = [
    [{ kind: 'drop' }, 'unknown', '1s'],
    [{ kind: 'drop' }, 'unknown', '15s'],
    [{ kind: 'status', status: 500 }, 'failed', undefined],
    [{ kind: 'status', status: 529 }, 'failed', undefined],
    [{ kind: 'stream-error', type: 'overloaded_error' }, 'unknown', '60s'],
    [{ kind: 'stream-error', type: 'api_error' }, 'unknown', '240s'],
  ] as const;
  const agent = await agentWith({ fault: ({ number }) => cases[number - 1]?.[0] });
  for (const [fault, outcome, wait] of cases) {
    const error = await failure(agent);
    failsWith('ModelUnavailable', true)(error);
    assert.equal((error as ApplicationFailure).nextRetryDelay, wait, JSON.stringify(fault));
    assert.equal((await agent.ledger()).at(-1)?.outcome, outcome, JSON.stringify(fault));
  }
  answer(await agent.process().turn());
});

test('no answer is one failure, in however many ways it comes about by turns', async () => {
  const gone = await startScriptedModel();
  await gone.close();
  const faults = [
    { kind: 'drop' },
    { kind: 'status', status: 503 },
    { kind: 'stream-error', type: 'api_error' },
  ] as const;
  const agent = await agentWith({ fault: ({ number }) => faults[number - 1] });
  const unreached = await agentWith({ modelUrl: gone.url });
  const abouts = new Set<string | undefined>();
  for (const asked of [agent, unreached, agent, agent]) {
    const error = await failure(asked);
    failsWith('ModelUnavailable', true)(error);
    abouts.add(doubtOf(error, 'takeTurn', 1)?.about);
  }
  assert.equal(abouts.size, 1, [...abouts].join('; '));
  assert.ok(!abouts.has(undefined));
});

test('what a gateway makes of a limit, a key or an outage keeps its words, its host and its price', async () => {
  const cases = [
    [429, StubbornFailure, /asks us to slow down: This request would exceed the rate limit/],
    [500, StubbornFailure, /is overloaded or broken \(500: Internal server error\)/],
    [503, StubbornFailure, /is overloaded or broken \(503: Internal server error\)/],
    [529, PassingFailure, /is overloaded or broken \(529: Overloaded\)/],
    [400, ApplicationFailure, /refused the request \(400: Invalid proxy server token\). It may be the key/],
  ] as const;
  const agent = await agentWith({
    fault: ({ number }) => ({ kind: 'status', status: cases[number - 1]?.[0] ?? 500 }),
  });
  const { host } = new URL(agent.model.url);
  for (const [status, kind, words] of cases) {
    const error = await failure(agent);
    assert.ok(error instanceof kind, `${status}: ${error}`);
    assert.equal(error.nonRetryable, status === 400);
    assert.match(error.message, words);
    assert.ok(error.message.includes(`The model provider at ${host} (ANTHROPIC_BASE_URL)`), error.message);
    const paid = (await agent.ledger()).at(-1);
    assert.deepEqual([paid?.outcome, paid?.settled_microusd], ['failed', 0]);
  }
});

test('a provider that is not there, or speaks no TLS, costs nothing', async () => {
  const [gone, plain] = await Promise.all([startScriptedModel(), startScriptedModel()]);
  await gone.close();
  try {
    for (const modelUrl of [gone.url, plain.url.replace('http:', 'https:')]) {
      const agent = await agentWith({ modelUrl });
      await assert.rejects(agent.process().turn(), failsWith('ModelUnavailable', true), modelUrl);
      assert.deepEqual(
        (await agent.ledger()).map((row) => [row.outcome, row.settled_microusd]),
        [['failed', 0]],
        modelUrl,
      );
    }
  } finally {
    await plain.close();
  }
});

test('an unknown model is final and says where to look', async () => {
  const agent = await agentWith();
  await assert.rejects(
    agent.process().turn({ pin: { ...agent.input.pin, model: 'claude-nothing' } }),
    (error: unknown) => failsWith('ModelNotAvailable', false)(error) && /CLAUDE_MODEL/.test(String(error)),
  );
});
