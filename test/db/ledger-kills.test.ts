/** Ten agents against a budget of thirty upper bounds, whose processes and connections die at any moment: no cap is passed. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { readCosts } from '../../api/costs.ts';
import { isAway } from '../../db/outages.ts';
import { writeFirstBudget } from '../../db/writes/budgets.ts';
import { type Amount, type Call, reserveCall, settleCall, settleOpenCalls } from '../../db/writes/ledger.ts';
import { createRandom, type Random } from '../faults/random.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

const SEEDS = 20;
const AGENTS = 10;
const TURNS = 8;
const BOUND: Amount = { microUsd: 1_000, tokens: 50_000 };
const BUDGET: Amount = { microUsd: 30 * BOUND.microUsd, tokens: 30 * BOUND.tokens };
/** Of each of the two tasks, in the runs that have it: less than half of the epic's. */
const TASK_BUDGET: Amount = { microUsd: 12 * BOUND.microUsd, tokens: 12 * BOUND.tokens };

let database: TestDatabase;
let killer: pg.Client;
before(async () => {
  database = await createDatabase();
  killer = new pg.Client({ connectionString: database.url });
  await killer.connect();
});
after(async () => {
  await killer.end();
  await database.drop();
});

for (let seed = 1; seed <= SEEDS; seed += 1) {
  test(`seed ${seed}: neither dollars nor tokens pass a cap, and all costs add up`, () => run(seed));
}

async function run(seed: number): Promise<void> {
  const { db } = database;
  const epicId = `seed-${seed}`;
  const random = createRandom(seed);
  await untilThere(() => writeFirstBudget(db, epicId, BUDGET));
  const taskBudget = seed % 2 === 0 ? TASK_BUDGET : undefined;
  /** What each answer of the model reported, by call: the model's own account. */
  const reported = new Map<string, Amount>();
  let isOver = false;
  const watching = watch(epicId, () => isOver);
  const killing = kill(random, () => isOver);
  const agents = Array.from({ length: AGENTS }, (_, index) => {
    const taskKey = index % 2 === 0 ? 'even' : 'odd';
    const transcript = `${epicId}.${taskKey}.implement.${index}`;
    return work({ epicId, taskKey, transcript, taskBudget, random: createRandom(seed * 100 + index), reported });
  });
  const ends = await Promise.all(agents).finally(() => {
    isOver = true;
  });
  const [most] = await Promise.all([watching, killing]);

  assert.ok(most.microUsd <= BUDGET.microUsd && most.tokens <= BUDGET.tokens, JSON.stringify(most));
  if (taskBudget !== undefined)
    assert.ok(most.taskMicroUsd <= TASK_BUDGET.microUsd && most.taskTokens <= TASK_BUDGET.tokens);
  assert.ok(ends.includes('short'), 'somebody met a cap');

  const rows = await untilThere(() => db.selectFrom('ledger').selectAll().where('epic_id', '=', epicId).execute());
  assert.ok(rows.every(({ outcome }) => outcome !== 'open'));
  for (const row of rows) {
    const settled = { microUsd: row.settled_microusd, tokens: row.settled_tokens };
    const expected =
      row.outcome === 'failed'
        ? { microUsd: 0, tokens: 0 }
        : row.outcome === 'unknown'
          ? BOUND
          : reported.get(keyOf(row));
    assert.deepEqual(settled, expected, `${keyOf(row)} ${row.outcome}`);
  }
  const total = rows.reduce((sum, row) => sum + (row.settled_microusd ?? 0), 0);
  const costs = await untilThere(() => readCosts(db, epicId));
  for (const parts of [[costs], costs.byPurpose, costs.byTask, costs.byAgent]) {
    assert.equal(
      parts.reduce((sum, part) => sum + Math.round(part.settledUsd * 1e6), 0),
      total,
    );
  }
}

interface Worker {
  readonly epicId: string;
  readonly taskKey: string;
  readonly transcript: string;
  readonly taskBudget: Amount | undefined;
  readonly random: Random;
  readonly reported: Map<string, Amount>;
}

/** An agent whose process begins again after each death, as a retried activity does: it settles what was left open first. */
async function work(worker: Worker): Promise<'short' | 'done'> {
  const { db } = database;
  const { epicId, taskKey, transcript, taskBudget, random, reported } = worker;
  let isNew = true;
  for (let turn = 1; turn <= TURNS; ) {
    try {
      if (isNew) await settleOpenCalls(db, transcript);
      isNew = false;
      const wanted = { transcript, turn, epicId, taskKey, model: 'm', bound: BOUND, taskBudget };
      const reservation = await reserveCall(db, wanted);
      if (reservation.kind === 'short') return 'short';
      if (reservation.kind !== 'reserved') {
        await delay(10);
        continue;
      }
      const call: Call = { transcript, turn, call: reservation.call };
      await delay(random() * 3);
      const fate = random();
      // The process dies with its call under way; what comes next settles it.
      if (fate < 0.15) {
        isNew = true;
        continue;
      }
      if (fate < 0.25) {
        await settleCall(db, call, 'failed');
        continue;
      }
      const used = share(fate < 0.5 ? 1 : random());
      reported.set(keyOf(call), used);
      await settleCall(db, call, 'answered', used);
      turn += 1;
    } catch (error) {
      // Its connection was cut: nobody knows whether the last statement had its effect.
      isNew = true;
      if (!isAway(error)) throw error;
    }
  }
  await untilThere(() => settleOpenCalls(db, transcript));
  return 'done';
}

const share = (part: number): Amount => ({
  microUsd: Math.floor(BOUND.microUsd * part),
  tokens: Math.floor(BOUND.tokens * part),
});
const keyOf = ({ transcript, turn, call }: Call): string => `${transcript} ${turn} ${call}`;

/** The most that was settled and reserved at once, as every reader could see it. */
async function watch(epicId: string, isOver: () => boolean) {
  const most = { microUsd: 0, tokens: 0, taskMicroUsd: 0, taskTokens: 0 };
  const seen = pgClient();
  await seen.connect();
  try {
    for (let isLast = false; ; isLast = isOver()) {
      const { rows } = await seen.query<{ key: string | null; usd: string; tokens: string }>(
        `select task_key as key, sum(coalesce(settled_microusd, reserved_microusd)) as usd,
          sum(coalesce(settled_tokens, reserved_tokens)) as tokens
        from ledger where epic_id = $1 group by rollup (task_key)`,
        [epicId],
      );
      for (const { key, usd, tokens } of rows) {
        const names = key === null ? (['microUsd', 'tokens'] as const) : (['taskMicroUsd', 'taskTokens'] as const);
        most[names[0]] = Math.max(most[names[0]], Number(usd));
        most[names[1]] = Math.max(most[names[1]], Number(tokens));
      }
      if (isLast) return most;
      await delay(2);
    }
  } finally {
    await seen.end();
  }
}

/** A connection that no kill reaches. */
const pgClient = () => new pg.Client({ connectionString: database.url, application_name: 'watcher' });

/** Ends connections of the agents in the middle of whatever they do. */
async function kill(random: Random, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    await delay(20 + random() * 40);
    await killer.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and application_name <> 'watcher'
      order by pid offset $1 limit 1`,
      [Math.floor(random() * 5)],
    );
  }
}

async function untilThere<T>(write: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!isAway(error)) throw error;
    }
  }
}
