/** The ledger under concurrency: settled plus reserved cost never passes the cap. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createBudget } from '../../activities/agent/budget.ts';
import { createSettleAgent } from '../../activities/agent/settle-agent.ts';
import { readBudget } from '../../db/reads/budgets.ts';
import { type Reservation, reserveCall, settleCall } from '../../db/writes/ledger.ts';
import { activityEnvironment } from '../support/agent.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
before(async () => {
  database = await createDatabase();
});
after(() => database.drop());

const setBudget = (epicId: string, capMicroUsd: number) =>
  activityEnvironment().run(createBudget({ db: database.db }).setBudget, { epicId, capMicroUsd });
const reserve = (epicId: string, transcript: string, boundMicroUsd: number, turn = 1): Promise<Reservation> =>
  reserveCall(database.db, { transcript, turn, epicId, model: 'm', boundMicroUsd });

test('of fifty reservations at once exactly those that fit are made', async () => {
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
        await settleCall(database.db, { transcript, turn: 1, call: made.call }, 'answered', index % 150);
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

test('what would not fit even alone is short at once, whatever is open', async () => {
  await setBudget('short', 1_000);
  const made = await reserve('short', 's', 600);
  assert.deepEqual(await reserve('short', 's', 1_001, 2), { kind: 'short', spentMicroUsd: 0, capMicroUsd: 1_000 });
  assert.deepEqual(await reserve('short', 's', 500, 2), { kind: 'wait' });
  assert.equal(made.kind, 'reserved');
  await settleCall(database.db, { transcript: 's', turn: 1, call: 1 }, 'answered', 600);
  assert.deepEqual(await reserve('short', 's', 500, 2), { kind: 'short', spentMicroUsd: 600, capMicroUsd: 1_000 });
  assert.deepEqual(await setBudget('short', 1_100), { capMicroUsd: 1_100, spentMicroUsd: 600, reservedMicroUsd: 0 });
  assert.deepEqual(await reserve('short', 's', 500, 2), { kind: 'reserved', call: 1 });
});

test('a call is settled once, and an agent’s end settles what it left open at its bound', async () => {
  await setBudget('end', 10_000);
  const call = { transcript: 'e', turn: 1, call: 1 };
  await reserve('end', 'e', 700);
  await reserve('end', 'e', 300, 2);
  await settleCall(database.db, call, 'unknown');
  await settleCall(database.db, call, 'answered', 5);
  await activityEnvironment().run(createSettleAgent({ db: database.db }).settleAgent, { agentId: 'e' });
  assert.deepEqual(await readBudget(database.db, 'end'), {
    capMicroUsd: 10_000,
    spentMicroUsd: 1_000,
    reservedMicroUsd: 0,
  });
});

test('an epic without a cap gets no call', async () => {
  assert.deepEqual(await reserve('nobody', 'x', 1), { kind: 'no-budget' });
});
