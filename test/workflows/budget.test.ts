/** The budget and the provider's limits: both are waited for in sight of everybody, and then the work goes on. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { TurnResult } from '../../activities/agent/take-turn.ts';
import type { Cap, TaskBudget } from '../../workflows/contract/budget.ts';
import { waitFor } from '../support/wait-for.ts';
import { failsWith, submitWork, tasks } from './answers.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());

/** Every Worker meets the cap until it is more than `enough`. */
function playBudget(enough: number) {
  let cap = 1_000_000;
  stage.play({
    takeTurn: ({ purpose }): TurnResult | undefined => {
      const caps = stage.log.filter((line) => line.startsWith('cap '));
      cap = Math.max(cap, ...caps.map((line) => Number(line.split(' ')[1])));
      if (purpose !== 'implement') return undefined;
      if (cap > enough) return submitWork;
      return { kind: 'budget', neededMicroUsd: 300_000, spentMicroUsd: 900_000, capMicroUsd: cap };
    },
  });
}

const agentHolds = async (epicId: string) => {
  const rows = await stage.db.selectFrom('agents').select(['state', 'hold']).where('epic_id', '=', epicId).execute();
  return rows.map(({ state, hold }) => `${state} ${(hold as { kind: string } | null)?.kind}`);
};

test('three agents that meet the cap are one request, and a larger cap lets all of them go on', async () => {
  playBudget(1_000_000);
  const handle = await stage.start('short', { title: 'Short', tasks: tasks({ a: [], b: [], c: [] }) });
  await waitFor(async () => (await agentHolds('short')).filter((hold) => hold === 'WAITING budget').length === 3, {
    timeoutMs: 20_000,
  });
  // An agent tells that it waits before its question has reached the epic.
  const { requests } = await stage.until('short', ({ requests: asked }) => asked.length > 0);
  assert.deepEqual(
    requests.map(({ kind, state, taskKey }) => [kind, state, taskKey]),
    [['budget', 'open', undefined]],
  );
  assert.match(requests[0]?.question ?? '', /\$0\.9000 of \$1\.0000 are spent.*at least \$1\.2000/);
  const requestId = requests[0]?.requestId ?? '';
  await assert.rejects(
    stage.update('short', 'raiseBudget', { capUsd: 1 }),
    failsWith('InvalidInput', /more than the 1/),
  );
  // What is smaller than a millionth of a dollar is no raise.
  await assert.rejects(stage.update('short', 'raiseBudget', { capUsd: 1.0000004 }), failsWith('InvalidInput'));
  await assert.rejects(stage.respond('short', requestId, 'raise'), failsWith('InvalidInput', /new cap in USD/));
  await assert.rejects(stage.respond('short', requestId, 'raise', { answer: '0.5' }), failsWith('InvalidInput'));
  assert.equal(stage.log.filter((line) => line.startsWith('cap ')).length, 0);

  // One of the three leaves; the question stays for the others.
  await stage.update('short', 'cancelTask', { taskKey: 'a' });
  await stage.until('short', ({ tasks: all }) => all[0]?.status?.state === 'CANCELLED');
  assert.equal((await stage.status('short')).requests[0]?.state, 'open');

  await stage.update('short', 'raiseBudget', { capUsd: 2, by: 'me' });
  const failed = await stage.asked('short', 'failed-task', 'a');
  await assert.rejects(stage.update('short', 'raiseBudget', { capUsd: 1 }), failsWith('InvalidInput'));
  await stage.respond('short', failed.requestId, 'skip');
  await handle.result();
  assert.equal((await stage.status('short')).requests.filter(({ kind }) => kind === 'budget').length, 1);
});

test('an answer that raises the cap too little is followed by a new question, and twice is harmless', async () => {
  stage.log.length = 0;
  playBudget(1_500_000);
  const handle = await stage.start('little', { title: 'Little', tasks: tasks({ only: [] }) });
  const first = await stage.asked('little', 'budget');
  assert.equal((await stage.respond('little', first.requestId, 'raise', { answer: '1.2' })).changed, true);
  const second = await stage.askedAgain('little', first);
  assert.equal((await stage.status('little')).requests.length, 2);
  // By now the answer's cap is used up, too.
  assert.equal((await stage.respond('little', first.requestId, 'raise', { answer: '1.2' })).changed, false);
  await stage.respond('little', second.requestId, 'raise', { answer: '2' });
  await handle.result();
  assert.deepEqual(
    stage.log.filter((line) => line.startsWith('cap ')),
    ['cap 1200000', 'cap 2000000'],
  );
});

test('caps in tokens and of tasks are asked for and raised each by itself', async () => {
  stage.log.length = 0;
  const short = (cap: Cap): TurnResult => ({ kind: 'budget', cap, needed: 300, spent: cap.amount });
  const raised = (name: string) => stage.log.some((line) => line.startsWith(`${name} `));
  stage.play({
    takeTurn: ({ purpose, taskKey }): TurnResult | undefined => {
      if (purpose !== 'implement') return undefined;
      if (taskKey === 'a' && !raised('task.a.usd')) return short({ unit: 'usd', taskKey: 'a', amount: 500_000 });
      if (taskKey === 'b' && !raised('tokens')) return short({ unit: 'tokens', amount: 4_000 });
      return submitWork;
    },
  });
  const budgetTasks = [
    { key: 'a', title: 'Task a', budgetUsd: 0.5 },
    { key: 'b', title: 'Task b' },
  ];
  const handle = await stage.start('caps', { title: 'Caps', tasks: budgetTasks });
  const { requests } = await stage.until('caps', ({ requests: asked }) => asked.length === 2);
  const about = (requestId: string) => requests.find((request) => request.requestId === requestId);
  assert.match(about('budget-task.a.usd-500000')?.question ?? '', /The budget of the task a is used up: .*\$0\.5000/);
  assert.match(
    about('budget-tokens-4000')?.question ?? '',
    /may use up to 300 tokens, and 4,000 tokens of 4,000 tokens are spent/,
  );
  const raise = (input: object) => stage.update('caps', 'raiseBudget', input);
  await assert.rejects(raise({ capTokens: 4_000 }), failsWith('InvalidInput', /more than the 4000 tokens/));
  await assert.rejects(raise({ by: 'me' }), failsWith('InvalidInput', /capUsd, capTokens or both/));
  await assert.rejects(raise({ capUsd: 1, taskKey: 'c' }), failsWith('NotFound', /no task "c"/));
  const answering = { answer: '1.5' };
  await assert.rejects(stage.respond('caps', 'budget-tokens-4000', 'raise', answering), failsWith('InvalidInput'));
  await stage.respond('caps', 'budget-tokens-4000', 'raise', { answer: '9000' });
  assert.equal((await stage.status('caps')).requests.filter(({ state }) => state === 'open').length, 1);
  await raise({ capUsd: 1, capTokens: 7_000, taskKey: 'a', by: 'me' });
  await handle.result();
  assert.deepEqual(
    stage.log.filter((line) => /^(tokens|task\.)/.test(line)),
    ['tokens 9000', 'task.a.usd 1000000', 'task.a.tokens 7000'],
  );
});

test('a cap of a task that has not started is its plan’s: the next revision sets another, and what was shown before is stale', async () => {
  stage.log.length = 0;
  const gate = Promise.withResolvers<undefined>();
  const given = new Map<string, TaskBudget | undefined>();
  stage.play({
    takeTurn: ({ purpose, taskKey = '', taskBudget }) => {
      if (purpose !== 'implement') return undefined;
      given.set(taskKey, taskBudget);
      return taskKey === 'a' ? gate.promise.then(() => submitWork) : submitWork;
    },
  });
  const [a, b, c] = tasks({ a: [], b: ['a'], c: ['a'] });
  const handle = await stage.start('planned', { title: 'Planned', tasks: [a, b, c] });
  await waitFor(() => given.has('a'));
  const raise = (input: object) => stage.update('planned', 'raiseBudget', { ...input, by: 'ann' });
  const raised = await raise({ capUsd: 5, capTokens: 7_000, taskKey: 'b' });
  assert.equal(raised.message, 'the cap of b is $5, the cap of b is 7000 tokens');
  await raise({ capUsd: 4, taskKey: 'c' });
  await raise({ capUsd: 4, taskKey: 'c' });
  const revise = (revision: number) =>
    stage.update('planned', 'revisePlan', { revision, tasks: [{ ...b, budgetUsd: 2 }, c], by: 'bob' });
  await assert.rejects(revise(1), failsWith('StalePlan', /at revision 4 now/));
  await revise(4);
  const { revisions = [], tasks: planned } = await stage.status('planned');
  assert.deepEqual(
    revisions.slice(1).map(({ by, changes }) => [by, ...changes]),
    [
      ['ann', 'changes b: cap in USD'],
      ['ann', 'changes b: cap in tokens'],
      ['ann', 'changes c: cap in USD'],
      ['bob', 'changes b: cap in USD'],
    ],
  );
  assert.deepEqual(
    planned.map(({ task }) => [task.budgetUsd, task.budgetTokens]),
    [
      [undefined, undefined],
      [2, 7_000],
      [4, undefined],
    ],
  );
  gate.resolve(undefined);
  await handle.result();
  assert.deepEqual(given.get('b'), { microUsd: 2_000_000, tokens: 7_000 });
  assert.deepEqual(given.get('c'), { microUsd: 4_000_000 });
  // What would outlast the plan's.
  assert.deepEqual(
    stage.log.filter((line) => line.startsWith('task.')),
    [],
  );
});

test('a hold of the provider is shown with its reason and ends by itself', async () => {
  const untils: string[] = [];
  stage.play({
    takeTurn: ({ purpose }): TurnResult | undefined => {
      if (purpose !== 'implement') return undefined;
      const until = new Date(Date.now() + 2_000).toISOString();
      if (untils.push(until) > 2) return submitWork;
      if (untils.length === 1) return { kind: 'hold', until, reason: 'the five-hour window is used up' };
      return { kind: 'hold', until, reason: 'other calls have reserved it', isBudget: true };
    },
  });
  const handle = await stage.start('quota', { title: 'Quota', tasks: tasks({ only: [] }) });
  const shown = (reason: string) =>
    waitFor(async () => {
      const row = await stage.db
        .selectFrom('agents')
        .selectAll()
        .where('id', '=', 'quota.only.implement.1')
        .executeTakeFirst();
      const hold = row?.hold as { kind: string; reason: string } | null | undefined;
      return row?.state === 'WAITING' && hold?.reason === reason && hold.kind;
    });
  assert.equal(await shown('the five-hour window is used up'), 'quota');
  assert.equal(
    await shown('other calls have reserved it'),
    'quota',
    'a hold of the budget’s kind is a person’s to end',
  );
  await handle.result();
  assert.ok(Date.now() >= Date.parse(untils[1] ?? ''));
});
