/** How a turn is asked for: how long its prompt is kept, and by which model when the pinned one is overloaded. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type Anthropic from '@anthropic-ai/sdk';
import { sql } from 'kysely';
import { answer, failsWith, useAgents } from '../support/agents.ts';

const { agentWith, db } = useAgents();

test('a prompt that is kept for an hour costs what its price says, and no more than was reserved', async () => {
  const agent = await agentWith();
  const process = agent.process();
  await agent.answerTools(1, await process.turn());
  await agent.answerTools(2, await process.turn({ turn: 2, cacheTtl: '1h' }));
  answer(await process.turn({ turn: 3 }));
  assert.deepEqual(
    agent.model.calls.map(({ status }) => status),
    [200, 200, 200],
  );
  const usages = (await agent.turns()).map(({ usage }) => (usage as unknown as Anthropic.Usage).cache_creation);
  assert.deepEqual(
    usages.map((usage) => (usage?.ephemeral_1h_input_tokens ?? 0) > 0),
    [false, true, false],
  );
  const ledger = await agent.ledger();
  assert.ok(
    ledger.every((row) => (row.settled_microusd ?? 0) <= row.reserved_microusd && (row.settled_tokens ?? 0) > 0),
  );
  assert.ok(ledger.every((row) => (row.settled_tokens ?? 0) <= row.reserved_tokens));
});

test('an agent that meets a long overload waits no longer than until the fallback takes over', async () => {
  const agent = await agentWith({
    fault: ({ request }) =>
      request?.model === 'claude-opus-5-5' ? { kind: 'status', status: 529, retryAfterSeconds: 3_600 } : undefined,
  });
  const pin = { ...agent.input.pin, fallback: { model: 'claude-sonnet-5-5', afterSeconds: 300 } };
  const hold = await agent.process().turn({ pin });
  await db().deleteFrom('provider_holds').execute();
  await db().deleteFrom('model_overloads').execute();
  const waitMs = hold.kind === 'hold' ? Date.parse(hold.until) - Date.now() : 0;
  assert.ok(waitMs > 250_000 && waitMs <= 300_000, String(waitMs));
});

test('an overloaded model is replaced by its fallback after a time, and comes back', async () => {
  let isOverloaded = true;
  const agent = await agentWith({
    fault: ({ request }) =>
      isOverloaded && request?.model === 'claude-opus-5-5' ? { kind: 'status', status: 529 } : undefined,
  });
  const process = agent.process();
  const pin = { ...agent.input.pin, fallback: { model: 'claude-sonnet-5-5', afterSeconds: 300 } };
  const longAgo = sql<Date>`now() - interval '10 minutes'`;
  const ago = (what: 'since' | 'last_at') =>
    db()
      .updateTable('model_overloads')
      .set(what === 'since' ? { since: longAgo } : { last_at: longAgo })
      .execute();
  isOverloaded = false;
  await agent.answerTools(1, await process.turn({ pin }));
  isOverloaded = true;
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    await assert.rejects(process.turn({ turn: 2, pin }), failsWith('ModelUnavailable', true));
  }
  await ago('since');
  const second = answer(await process.turn({ turn: 2, pin }));
  assert.equal(second.model, 'claude-sonnet-5-5');
  assert.deepEqual(await agent.process().turn({ turn: 2, pin }), second, 'as it was stored');
  await agent.answerTools(2, second);
  assert.equal((await agent.ledger()).at(-1)?.model, 'claude-sonnet-5-5');

  isOverloaded = false;
  await ago('last_at');
  const third = answer(await process.turn({ turn: 3, pin }));
  assert.equal(third.model, undefined);
  await agent.answerTools(3, third);
  assert.deepEqual(await db().selectFrom('model_overloads').selectAll().execute(), []);
  answer(await process.turn({ turn: 4, pin }));
  assert.deepEqual(
    (await agent.turns()).map(({ model }) => model),
    ['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-opus-5-5', 'claude-opus-5-5'],
  );
});
