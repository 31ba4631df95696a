/** The ledger under concurrency: settled plus reserved cost never passes the cap. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createSetBudget } from '../../activities/agent/set-budget.ts';
import { createSettleAgent } from '../../activities/agent/settle-agent.ts';
import { readBudget } from '../../db/reads/budgets.ts';
import { readCaps } from '../../db/reads/caps.ts';
import { writeCap, writeFirstBudget } from '../../db/writes/budgets.ts';
import { type Reservation, reserveCall, settleCall, settleOpenCalls } from '../../db/writes/ledger.ts';
import type { Cap, TaskBudget } from '../../workflows/contract/budget.ts';
import { activityEnvironment } from '../support/agent.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
before(async () => {
  database = await createDatabase();
});
after(() => database.drop());

const setBudget = (epicId: string, capMicroUsd: number) =>
  activityEnvironment().run(createSetBudget({ db: database.db }).setBudget, { epicId, capMicroUsd });
const reserve = (epicId: string, transcript: string, boundMicroUsd: number, turn = 1): Promise<Reservation> =>
  reserveCall(database.db, { transcript, turn, epicId, model: 'm', bound: { microUsd: boundMicroUsd, tokens: 10 } });
const used = (microUsd: number) => ({ microUsd, tokens: 10 });
const short = (spent: number, needed: number) => ({
  ...{ kind: 'short', cap: { unit: 'usd', amount: 1_000 }, spent, needed },
});

test('fifty concurrent reservations: exactly those that fit the cap are made', async () => {
  await setBudget('crowd', 1_000);
  const kinds = await Promise.all(Array.from({ length: 50 }, (_, index) => reserve('crowd', `t${index}`, 130)));
  assert.equal(kinds.filter(({ kind }) => kind === 'reserved').length, 7);
  assert.equal(kinds.filter(({ kind }) => kind === 'wait').length, 43);
  assert.deepEqual(await readBudget(database.db, 'crowd'), {
    capMicroUsd: 1_000,
    spentMicroUsd: 0,
    reservedMicroUsd: 910,
  });
});

test('fifty that reserve and settle side by side never pass the cap', async () => {
  await setBudget('busy', 2_000);
  let most = 0;
  await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const transcript = `b${index}`;
      const made = await reserve('busy', transcript, 150);
      const state = await readBudget(database.db, 'busy');
      most = Math.max(most, (state?.spentMicroUsd ?? 0) + (state?.reservedMicroUsd ?? 0));
      if (made.kind === 'reserved') {
        await settleCall(database.db, { transcript, turn: 1, call: made.call }, 'answered', used(index % 150));
      }
    }),
  );
  assert.ok(most > 0 && most <= 2_000, String(most));
});

test('calls of one turn are numbered one after the other', async () => {
  await setBudget('numbers', 1_000);
  const calls = await Promise.all([
    reserve('numbers', 'n', 10),
    reserve('numbers', 'n', 10),
    reserve('numbers', 'n', 10),
  ]);
  assert.deepEqual(calls.map((made) => (made.kind === 'reserved' ? made.call : 0)).sort(), [1, 2, 3]);
});

test('a call that would not fit the cap even alone is short at once, whatever other calls are open', async () => {
  await setBudget('short', 1_000);
  const made = await reserve('short', 's', 600);
  assert.deepEqual(await reserve('short', 's', 1_001, 2), short(0, 1_001));
  assert.deepEqual(await reserve('short', 's', 500, 2), { kind: 'wait' });
  assert.equal(made.kind, 'reserved');
  await settleCall(database.db, { transcript: 's', turn: 1, call: 1 }, 'answered', used(600));
  assert.deepEqual(await reserve('short', 's', 500, 2), short(600, 500));
  assert.deepEqual(await setBudget('short', 1_100), { spent: 600 });
  assert.deepEqual(await reserve('short', 's', 500, 2), { kind: 'reserved', call: 1 });
});

test('a call is settled once, and an agent’s end settles what it left open at its bound', async () => {
  await setBudget('end', 10_000);
  const call = { transcript: 'e', turn: 1, call: 1 };
  await reserve('end', 'e', 700);
  await reserve('end', 'e', 300, 2);
  await settleCall(database.db, call, 'unknown');
  await settleCall(database.db, call, 'answered', used(5));
  await activityEnvironment().run(createSettleAgent({ db: database.db }).settleAgent, { agentId: 'e' });
  assert.deepEqual(await readBudget(database.db, 'end'), {
    capMicroUsd: 10_000,
    spentMicroUsd: 1_000,
    reservedMicroUsd: 0,
  });
});

test('a cap in tokens and caps of a task hold beside the cap in dollars, each of its own calls', async () => {
  const { db } = database;
  const raise = (cap: Cap) => activityEnvironment().run(createSetBudget({ db }).setBudget, { epicId: 'caps', cap });
  const call = (taskKey: string | undefined, turn: number, taskBudget?: TaskBudget) =>
    reserveCall(db, {
      ...{ transcript: `caps.${taskKey}`, turn, epicId: 'caps', taskKey, model: 'm', taskBudget },
      bound: { microUsd: 100, tokens: 1_000 },
    });
  await writeFirstBudget(db, 'caps', { microUsd: 10_000, tokens: 3_500 });
  const budget = { microUsd: 150 };
  assert.equal((await call('api', 1, budget)).kind, 'reserved');
  assert.equal((await call('api', 2, budget)).kind, 'wait', 'its first call may turn out cheaper');
  assert.equal((await call('web', 1)).kind, 'reserved', 'another task has no such cap');
  await settleCall(db, { transcript: 'caps.api', turn: 1, call: 1 }, 'answered', { microUsd: 90, tokens: 900 });
  const cap = { unit: 'usd', taskKey: 'api', amount: 150 } as const;
  assert.deepEqual(await call('api', 2, budget), { kind: 'short', cap, spent: 90, needed: 100 });
  assert.deepEqual(await raise({ ...cap, amount: 500 }), { spent: 90 });
  assert.equal((await call('api', 2, budget)).kind, 'reserved', 'the raised cap stays');
  await settleOpenCalls(db, 'caps.api');
  await settleOpenCalls(db, 'caps.web');
  const tokens = { unit: 'tokens', amount: 3_500 } as const;
  assert.deepEqual(await call(undefined, 1), { kind: 'short', cap: tokens, spent: 2_900, needed: 1_000 });
  assert.deepEqual(await raise({ ...tokens, amount: 4_000 }), { spent: 2_900 });
  assert.equal((await call(undefined, 1)).kind, 'reserved');
  // The cap in dollars, which is looked at first, is as it was.
  assert.equal((await readBudget(db, 'caps'))?.capMicroUsd, 10_000);
});

test('the cap of a purpose: a call waits while others only reserve it, and is short once they have spent it', async () => {
  const { db } = database;
  await setBudget('own', 10_000);
  const transcripts = ['own.triage.1', 'own.triage.2'] as const;
  for (const [index, id] of transcripts.entries()) {
    const row = { id, epic_id: 'own', purpose: 'triage', attempt: index + 1, opened_by: id };
    await db.insertInto('transcripts').values(row).execute();
  }
  const call = (transcript: string) =>
    reserveCall(db, {
      ...{ transcript, turn: 1, epicId: 'own', model: 'm', bound: { microUsd: 600, tokens: 10 } },
      own: { purpose: 'triage', capMicroUsd: 1_000 },
    });
  assert.equal((await call(transcripts[0])).kind, 'reserved');
  assert.deepEqual(await call(transcripts[1]), { kind: 'wait' });
  await settleCall(db, { transcript: transcripts[0], turn: 1, call: 1 }, 'answered', used(500));
  assert.deepEqual(await call(transcripts[1]), short(500, 600));
});

test('a cap that comes before the epic’s first ones stays, and the first ones fill what it leaves, once or twice', async () => {
  const { db } = database;
  const inForce = async (epicId: string) => [
    (await readBudget(db, epicId))?.capMicroUsd,
    (await readCaps(db, epicId)).capTokens,
  ];
  await writeCap(db, 'usd', { unit: 'usd', amount: 50 });
  await writeCap(db, 'tokens', { unit: 'tokens', amount: 5_000 });
  assert.deepEqual(
    [await inForce('usd'), await inForce('tokens')],
    [
      [50, null],
      [null, 5_000],
    ],
  );
  assert.deepEqual(await reserve('tokens', 'early', 1), { kind: 'no-budget' }, 'nobody knows yet what it may cost');
  for (const _ of [1, 2]) {
    await writeFirstBudget(db, 'usd', { microUsd: 20, tokens: 1_000 });
    await writeFirstBudget(db, 'tokens', { microUsd: 20, tokens: 1_000 });
    assert.deepEqual(
      [await inForce('usd'), await inForce('tokens')],
      [
        [50, 1_000],
        [20, 5_000],
      ],
    );
  }
  await writeCap(db, 'usd', { unit: 'usd', amount: 10 });
  await writeFirstBudget(db, 'usd', { microUsd: 20 });
  assert.deepEqual(await inForce('usd'), [10, 1_000], 'a lowered one stays too');
});

test('an epic without a cap gets no call', async () => {
  assert.deepEqual(await reserve('nobody', 'x', 1), { kind: 'no-budget' });
});
