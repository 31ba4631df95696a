/** An answer that was paid for is kept: through a lost attempt, an absent PostgreSQL and an odd usage. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type Anthropic from '@anthropic-ai/sdk';
import { CancelledFailure } from '@temporalio/common';
import type { KyselyPlugin } from 'kysely';
import { activityEnvironment } from '../support/agent.ts';
import { answer, failsWith, useAgents } from '../support/agents.ts';
import { waitFor } from '../support/wait-for.ts';

const { agentWith, db } = useAgents();

test('a second run in the same process joins the call under way', async () => {
  const agent = await agentWith({ delayMs: 100 });
  const process = agent.process();
  const [one, two] = await Promise.all([process.turn(), process.turn()]);
  assert.deepEqual(one, two);
  assert.equal(agent.model.calls.length, 1);
  assert.equal((await agent.ledger()).length, 1);
});

test('an attempt that is lost leaves its call to the attempt after it', async () => {
  const agent = await agentWith({ delayMs: 500 });
  const process = agent.process();
  const environment = activityEnvironment();
  const lost = process.turn({}, environment);
  await waitFor(() => agent.model.calls.length === 1);
  environment.cancel('NOT_FOUND');
  await assert.rejects(lost, failsWith('ModelUnavailable', true));
  answer(await process.turn());
  assert.equal(agent.model.calls.length, 1);
  assert.deepEqual(
    (await agent.ledger()).map((row) => row.outcome),
    ['answered'],
  );
});

function insertsAnswer(node: unknown): boolean {
  const { kind, into } = node as { kind: string; into?: { table: { identifier: { name: string } } } };
  return kind === 'InsertQueryNode' && into?.table.identifier.name === 'agent_turns';
}

/** The database, away or broken for the first `times` writes of an answer. */
function failingWrites(error: Error, times: number) {
  const seen = { writes: 0 };
  const plugin: KyselyPlugin = {
    transformQuery({ node }) {
      const { with: parts } = node as { with?: { expressions: readonly { expression: unknown }[] } };
      if (!parts?.expressions.some(({ expression }) => insertsAnswer(expression))) return node;
      seen.writes += 1;
      if (seen.writes <= times) throw error;
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return { db: db().withPlugin(plugin), seen };
}

test('an answer that arrives while PostgreSQL is away is kept and not paid again', async () => {
  const agent = await agentWith();
  const { db, seen } = failingWrites(new Error('Connection terminated unexpectedly'), 2);
  answer(await agent.process({ db }).turn());
  assert.equal(seen.writes, 3);
  assert.equal(agent.model.calls.length, 1);
  assert.deepEqual(
    (await agent.ledger()).map((row) => row.outcome),
    ['answered'],
  );
});

test('a refused call costs nothing, although PostgreSQL is away at that moment', async () => {
  const agent = await agentWith({
    fault: ({ number }) => (number === 1 ? { kind: 'status', status: 529 } : undefined),
  });
  const failed = new Set<string>();
  const plugin: KyselyPlugin = {
    transformQuery({ node }) {
      if (agent.model.calls.length === 0 || failed.has(node.kind)) return node;
      failed.add(node.kind);
      throw new Error('Connection terminated unexpectedly');
    },
    transformResult: async ({ result }) => result,
  };
  const process = agent.process({ db: db().withPlugin(plugin) });
  await assert.rejects(process.turn(), failsWith('ModelUnavailable', true));
  assert.deepEqual([...failed], ['SelectQueryNode', 'UpdateQueryNode']);
  assert.deepEqual(
    (await agent.ledger()).map((row) => [row.outcome, row.settled_microusd]),
    [['failed', 0]],
  );
});

test('a cancellation ends the wait for PostgreSQL', async () => {
  const agent = await agentWith();
  const { db, seen } = failingWrites(new Error('Connection terminated unexpectedly'), 1_000);
  const environment = activityEnvironment();
  const turn = agent.process({ db }).turn({}, environment);
  await waitFor(() => seen.writes > 0);
  environment.cancel();
  await assert.rejects(turn, CancelledFailure);
});

test('an answer that cannot be stored is a final failure that counts at its bound', async () => {
  const agent = await agentWith();
  const { db } = failingWrites(new TypeError('x is not a function'), 1_000);
  await assert.rejects(agent.process({ db }).turn(), failsWith('Internal', false));
  const [row, ...more] = await agent.ledger();
  assert.deepEqual(more, []);
  assert.deepEqual([row?.outcome, row?.settled_microusd], ['unknown', row?.reserved_microusd]);
});

test('an answer without a usage is stored and counts at its bound', async () => {
  const agent = await agentWith();
  const message = { id: 'm', content: [{ type: 'text', text: 'Hello.' }], stop_reason: 'end_turn', usage: undefined };
  const stream = { on: () => stream, finalMessage: async () => message };
  const client = { messages: { stream: () => stream } } as unknown as Anthropic;
  answer(await agent.process({ client }).turn());
  const [row] = await agent.ledger();
  assert.deepEqual([row?.outcome, row?.settled_microusd], ['answered', row?.reserved_microusd]);
});
