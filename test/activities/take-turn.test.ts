/** takeTurn against PostgreSQL and the scripted model: paid once, stored first, within the budget. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type Anthropic from '@anthropic-ai/sdk';
import { type ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { TurnResult } from '../../activities/agent/take-turn.ts';
import { toolCallRef } from '../../activities/agent/tools.ts';
import { upperBoundMicroUsd } from '../../clients/model/prices.ts';
import { reserveCall } from '../../db/writes/ledger.ts';
import { writeProviderHold } from '../../db/writes/provider-holds.ts';
import { beginToolCall } from '../../db/writes/tool-calls.ts';
import { MockActivityEnvironment } from '../support/activity-environment.ts';
import { activityEnvironment } from '../support/agent.ts';
import { answer, failsWith, useAgents } from '../support/agents.ts';
import { createStatementCount } from '../support/count-statements.ts';
import { waitFor } from '../support/wait-for.ts';

const { agentWith, db } = useAgents();

test('a Worker goes from its brief to its submission, and the transcript grows as the API wants it', async () => {
  const agent = await agentWith();
  const process = agent.process();
  const names: string[] = [];
  for (let turn = 1; turn <= 3; turn += 1) {
    const result = answer(await process.turn({ turn }));
    names.push(...result.toolCalls.map((call) => `${call.name} ${call.summary}`));
    await agent.answerTools(turn, result);
  }
  assert.deepEqual(names, [
    'bash mkdir -p factory-notes && ls factory-notes',
    `str_replace_based_edit_tool create factory-notes/${agent.epicId}-slugs.md`,
    'submit_work Note slugs',
  ]);
  assert.deepEqual(
    agent.model.calls.map(({ status }) => status),
    [200, 200, 200],
  );
  const [first, ...later] = await agent.turns();
  assert.ok(JSON.stringify(first?.content).includes('"thinking"'), 'the first turn thinks');
  assert.equal(later.length, 2);
  const ledger = await agent.ledger();
  assert.ok(ledger.every((row) => row.outcome === 'answered' && Number(row.settled_microusd) <= row.reserved_microusd));
});

test('a stored answer is returned again without a call', async () => {
  const agent = await agentWith();
  const first = await agent.process().turn();
  assert.deepEqual(await agent.process().turn(), first);
  assert.equal(agent.model.calls.length, 1);
});

test('a turn costs eleven statements, and its prompt is read once', async () => {
  const agent = await agentWith();
  const statements = createStatementCount();
  const process = agent.process({ db: db().withPlugin(statements.plugin) });
  answer(await process.turn());
  const first = statements.count;
  answer(await process.turn({ turn: 2 }));
  // Besides BEGIN and COMMIT of the reservation. Three parts of other statements are counted by themselves.
  assert.deepEqual([first - 3, statements.count - first - 3], [12, 11]);
});

test('a run that is cancelled leaves the call to the one that joined it; the last one aborts it', async () => {
  let hang = true;
  const agent = await agentWith({ fault: () => (hang ? { kind: 'hang' } : undefined) });
  const process = agent.process();
  const environments = [activityEnvironment(), activityEnvironment()] as const;
  const runs = environments.map((environment) => process.turn({}, environment));
  const ended = Promise.allSettled(runs);
  await waitFor(() => agent.model.calls.length === 1);
  environments[0].cancel();
  await assert.rejects(runs[0] as Promise<TurnResult>, CancelledFailure);
  assert.deepEqual(
    (await agent.ledger()).map((row) => row.outcome),
    ['open'],
  );
  environments[1].cancel();
  await assert.rejects(runs[1] as Promise<TurnResult>, CancelledFailure);
  await ended;
  const [row] = await agent.ledger();
  assert.equal(row?.outcome, 'unknown');
  assert.equal(row?.settled_microusd, row?.reserved_microusd);
  hang = false;
  answer(await process.turn());
});

test('a new process settles calls that an earlier one left open at their upper bound, before it calls again', async () => {
  const agent = await agentWith();
  const { agentId: transcript, epicId } = agent;
  const left = { transcript, epicId, model: 'claude-opus-5-5', bound: { microUsd: 5_000, tokens: 0 } };
  for (const turn of [1, 2]) await reserveCall(db(), { ...left, turn });
  answer(await agent.process().turn({ turn: 2 }));
  const calls = (await agent.ledger()).map(({ turn, call, outcome }) => `${turn}/${call} ${outcome}`);
  assert.deepEqual(calls.toSorted(), ['1/1 unknown', '2/1 unknown', '2/2 answered']);
});

test('the first stored answer wins, and both calls are in the ledger', async () => {
  const agent = await agentWith({ delayMs: 200 });
  const [one, two] = await Promise.all([agent.process().turn(), agent.process().turn()]);
  assert.deepEqual(one, two);
  assert.equal((await agent.turns()).length, 1);
  const outcomes = (await agent.ledger()).map((row) => row.outcome).sort();
  assert.ok(outcomes.length <= 2 && !outcomes.includes('open'), String(outcomes));
});

test('with a cap of three upper bounds and answers that cost their bound, the fourth call is not made', async () => {
  const probe = await agentWith({ exactBound: true });
  const bounds: number[] = [];
  for (let turn = 1; turn <= 4; turn += 1) {
    await probe.answerTools(turn, await probe.process().turn({ turn }));
    bounds.push(upperBoundMicroUsd(probe.model.calls[turn - 1]?.bytes ?? 0, 1_000, 'claude-opus-5-5'));
  }
  const costs = (await probe.turns()).map((row) => row.cost_microusd);
  assert.deepEqual(costs, bounds, 'the bound is what the request’s bytes say');

  const capMicroUsd = bounds.slice(0, 3).reduce((sum, bound) => sum + bound, 0);
  const agent = await agentWith({ exactBound: true, capMicroUsd });
  // The first brief names the epic, so both must have ids of one length for their requests to be of one size.
  assert.equal(agent.epicId.length, probe.epicId.length);
  for (let turn = 1; turn <= 3; turn += 1) await agent.answerTools(turn, await agent.process().turn({ turn }));
  const fourth = await agent.process().turn({ turn: 4 });
  assert.deepEqual(fourth, {
    kind: 'budget',
    cap: { unit: 'usd', amount: capMicroUsd },
    needed: bounds[3],
    spent: capMicroUsd,
  });
  assert.equal(agent.model.calls.length, 3);
});

test('a reservation that does not fit only because of open ones is tried again soon, then shown as a hold', async () => {
  const agent = await agentWith({ capMicroUsd: 100_000 });
  const { epicId } = agent;
  const other = {
    transcript: `${epicId}.other.implement.1`,
    turn: 1,
    epicId,
    model: 'm',
    bound: { microUsd: 99_000, tokens: 0 },
  };
  await reserveCall(db(), other);
  await assert.rejects(agent.process().turn(), (error: unknown) => {
    failsWith('BudgetExceeded', true)(error);
    assert.equal((error as ApplicationFailure).nextRetryDelay, '1s');
    return true;
  });
  const held = await agent.process().turn({}, new MockActivityEnvironment({ attempt: 11 }));
  assert.ok(held.kind === 'hold' && held.isBudget === true, JSON.stringify(held));
  assert.match(held.reason, /reserved for other calls under way/);
});

test('an agent that the provider holds leaves nothing reserved that an earlier process had opened', async () => {
  const agent = await agentWith();
  const { agentId: transcript, epicId, input } = agent;
  await reserveCall(db(), { transcript, turn: 1, epicId, model: 'm', bound: { microUsd: 5_000, tokens: 0 } });
  const until = new Date(Date.now() + 60_000);
  await writeProviderHold(db(), { provider: 'anthropic', model: input.pin.model, until, reason: 'quota' });
  const held = await agent.process().turn();
  await db().deleteFrom('provider_holds').execute();
  assert.equal(held.kind, 'hold');
  assert.deepEqual(
    (await agent.ledger()).map(({ outcome }) => outcome),
    ['unknown'],
  );
});

test('a tool call that nobody answered is settled before the next turn', async () => {
  const agent = await agentWith();
  answer(await agent.process().turn());
  answer(await agent.process().turn({ turn: 2 }));
  const [call] = await db()
    .selectFrom('tool_calls')
    .selectAll()
    .where('transcript', '=', agent.agentId)
    .where('turn', '=', 1)
    .execute();
  assert.equal(call?.output, 'This call was not carried out: its run was interrupted.');
  assert.equal(call?.is_error, true);
});

test('a tool call that was under way when its host was lost is not told as never carried out', async () => {
  const agent = await agentWith();
  const { toolCalls } = answer(await agent.process().turn());
  const id = { transcript: agent.agentId, turn: 1, toolUseId: toolCalls[0]?.id ?? '' };
  await beginToolCall(db(), id);
  answer(await agent.process().turn({ turn: 2 }));
  const sent = JSON.stringify(agent.model.calls[1]?.request);
  assert.match(sent, /may or may not have finished\. Look at what it has done/);
  assert.doesNotMatch(sent, /not carried out/);
});

test('every way in which an answer can end goes on', async () => {
  const endings = ['max_tokens', 'pause_turn', 'model_context_window_exceeded', 'refusal'] as const;
  const agent = await agentWith({
    fault: ({ number }) => (number > 1 && endings[number - 2] ? { kind: endings[number - 2] as 'refusal' } : undefined),
  });
  const process = agent.process();
  await agent.answerTools(1, await process.turn());
  const notes = [undefined, 'cut-off', 'continue', 'compact', 'nudge'] as const;
  for (const [index, ending] of [...endings, 'tool_use'].entries()) {
    const note = notes[index];
    const result = answer(await process.turn({ turn: index + 2, ...(note === undefined ? {} : { note }) }));
    assert.equal(result.stopReason, ending);
    if (ending === 'max_tokens') assert.deepEqual(result.toolCalls, [], 'half a tool call is none');
  }
  assert.deepEqual(
    agent.model.calls.map(({ error }) => error),
    agent.model.calls.map(() => undefined),
  );
});

test('the last turn is opened as such, and what the model says in it is returned', async () => {
  const agent = await agentWith();
  const process = agent.process();
  const first = answer(await process.turn());
  assert.equal(first.said, undefined);
  await agent.answerTools(1, first);
  const last = await process.turn({ turn: 2, isLast: true });
  assert.equal(typeof answer(last).said, 'string');
  assert.deepEqual(await agent.process().turn({ turn: 2, isLast: true }), last, 'as it was stored');
  const sent = JSON.stringify(agent.model.calls.at(-1)?.request?.messages.at(-1));
  assert.match(sent, /This is your last turn: .* call submit_work now/);
});

test('the same call again has the same mark', async () => {
  const agent = await agentWith();
  const [call] = answer(await agent.process().turn()).toolCalls;
  const { name, input } = (
    await db().selectFrom('tool_calls').selectAll().where('transcript', '=', agent.agentId).execute()
  )[0] as { name: string; input: unknown };
  assert.equal(call?.mark, toolCallRef({ id: 'another', name, input }, 'implement').mark);
  assert.notEqual(call?.mark, toolCallRef({ id: 'another', name, input: { command: 'date' } }, 'implement').mark);
});

test('a compacted transcript is taken, with thoughts before and after', async () => {
  const agent = await agentWith();
  const process = agent.process();
  for (let turn = 1; turn <= 10; turn += 1) {
    await agent.answerTools(turn, await process.turn({ turn, ...(turn === 7 ? { note: 'compact' as const } : {}) }));
  }
  const thinking = (await agent.turns()).filter(({ content }) => JSON.stringify(content).includes('"thinking"'));
  assert.deepEqual(
    thinking.map(({ turn }) => turn),
    [1, 4, 7, 10],
  );
  assert.ok(agent.model.calls.every(({ status }) => status === 200));
});

test('a prompt that has outgrown the window is compacted, and the same turn is asked for again', async () => {
  const agent = await agentWith({ windowTokens: 55_000 });
  const process = agent.process();
  const isRefused = () => agent.model.calls.some(({ status }) => status === 400);
  for (let turn = 1; turn <= 12 && !isRefused(); turn += 1) {
    await agent.answerTools(turn, await process.turn({ turn }), 'x'.repeat(30_000));
  }
  const [refused, again] = agent.model.calls.slice(-2);
  assert.deepEqual([refused?.status, again?.status], [400, 200]);
  assert.match(refused?.error ?? '', /prompt is too long/);
  assert.match(JSON.stringify(again?.request), /had grown too long/);
  assert.deepEqual(
    (await agent.ledger()).slice(-2).map(({ outcome, call }) => [outcome, call]),
    [
      ['failed', 1],
      ['answered', 2],
    ],
  );
});

test('a prompt is compacted once for a turn, and never where no window is too small for it', async () => {
  const lengths = [
    [250_000, 2],
    [100_000, 1],
  ] as const;
  for (const [length, calls] of lengths) {
    const brief = { kind: 'plan' as const, title: 'Long', description: 'x'.repeat(length) };
    const agent = await agentWith({ purpose: 'plan', brief, windowTokens: 10_000 });
    await assert.rejects(agent.process().turn(), failsWith('ModelRefusedRequest', false));
    assert.equal(agent.model.calls.length, calls);
    assert.ok((await agent.ledger()).every((row) => row.outcome === 'failed' && row.settled_microusd === 0));
  }
});

test('a planner’s answer goes back with its keys in the order in which they came', async () => {
  const agent = await agentWith({ purpose: 'plan' });
  const process = agent.process();
  for (let turn = 1; turn <= 5; turn += 1) await agent.answerTools(turn, await process.turn({ turn }), 'refused');
  const [, plan] = await agent.turns();
  assert.ok(plan !== undefined);
  const submitted = (plan.content as unknown as Anthropic.ContentBlock[]).find((block) => block.type === 'tool_use');
  assert.ok(submitted !== undefined);
  const { tasks } = submitted.input as { tasks: object[] };
  const sent = ['key', 'title', 'description', 'acceptance', 'dependsOn'];
  assert.deepEqual(
    tasks.map((task) => Object.keys(task)),
    [sent, sent, sent],
  );
  assert.ok(agent.model.calls.every(({ status }) => status === 200));
});
