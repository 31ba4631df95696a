/** What an epic has cost: every sum is the ledger's, however it is cut, and failed attempts are in it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { openRecordedApi } from '../support/recorded-api.ts';
import { agentView, epicView, plannedTask } from '../support/views.ts';

interface Sum {
  readonly settledUsd: number;
  readonly reservedUsd: number;
  readonly unknownUsd: number;
  readonly tokens: number;
}

const { api, close, db, record } = await openRecordedApi();
after(close);

before(async () => {
  for (const id of ['shop', 'free', 'long']) {
    await record.epic(epicView(id, 1, { tasks: [plannedTask('first', 0)] }));
  }
  const failed = agentView('shop.first.implement.1', 1, { state: 'FAILED', closedAt: '2026-01-01T00:00:00.000Z' });
  await record.agent(failed);
  for (const [id, task, purpose, attempt] of [
    ['shop.epic.plan.1', null, 'plan', 1],
    ['shop.first.implement.1', 'first', 'implement', 1],
    ['shop.first.implement.2', 'first', 'implement', 2],
    ['shop.first.review.1', 'first', 'review', 1],
  ] as const) {
    await db
      .insertInto('transcripts')
      .values({ id, epic_id: 'shop', task_key: task, purpose, attempt, opened_by: id })
      .execute();
  }
  await sql`insert into budgets (epic_id, cap_microusd, cap_tokens) values ('shop', 20000000, 9000)`.execute(db);
  await sql`insert into task_budgets (epic_id, task_key, cap_microusd) values ('shop', 'first', 1500000)`.execute(db);
  const call = (transcript: string, turn: number, outcome: string, micro: number, second: number) => {
    const time = new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
    const settled = outcome === 'open' ? null : micro;
    return sql`insert into ledger (transcript, turn, call, epic_id, model, reserved_microusd, settled_microusd, settled_tokens, outcome,
      created_at, settled_at) values (${transcript}, ${turn}, 1, 'shop', 'm', ${micro}, ${settled}, ${settled}, ${outcome}, ${time},
      ${settled === null ? null : time})`.execute(db);
  };
  await call('shop.epic.plan.1', 1, 'answered', 100_001, 1);
  await call('shop.first.implement.1', 1, 'answered', 200_002, 2);
  await call('shop.first.implement.1', 2, 'failed', 0, 3);
  await call('shop.first.implement.2', 1, 'unknown', 300_003, 4);
  await call('shop.first.implement.2', 2, 'open', 400_000, 5);
  await call('shop.first.review.1', 1, 'answered', 7, 6);
  // Its transcript is not known.
  await call('shop.gone', 1, 'answered', 1, 7);
  await sql`insert into ledger (transcript, turn, call, epic_id, model, reserved_microusd, settled_microusd, outcome, created_at,
    settled_at) select 'long.first.implement.1', turn, 1, 'long', 'm', 9, turn, 'answered', now(),
    now() + make_interval(secs => turn) from generate_series(1, 1203) as turn`.execute(db);
});

const micro = (sums: readonly Sum[], of: keyof Sum): number =>
  sums.reduce((total, sum) => total + Math.round(sum[of] * 1e6), 0);

test('the cost is the same by purpose, task, attempt and over time, and that of the ledger', async () => {
  const { status, body } = await api.ask('GET', '/epics/shop/costs');
  assert.equal(status, 200);
  const { rows } = await sql<{ settled: number }>`
    select sum(settled_microusd)::int as settled from ledger where epic_id = 'shop'`.execute(db);
  assert.equal(rows[0]?.settled, 600_014);
  for (const sums of [[body], body.byPurpose, body.byTask, body.byAgent]) {
    assert.deepEqual(
      [micro(sums, 'settledUsd'), micro(sums, 'unknownUsd'), micro(sums, 'reservedUsd')],
      [600_014, 300_003, 400_000],
    );
    assert.equal(
      (sums as Sum[]).reduce((total, { tokens }) => total + tokens, 0),
      600_014,
    );
  }
  assert.equal(Math.round(body.points.at(-1).totalUsd * 1e6), 600_014);
  assert.equal(
    micro(
      body.points.map(({ costUsd }: { costUsd: number }) => ({ settledUsd: costUsd })),
      'settledUsd',
    ),
    600_014,
  );
  const caps = body.byTask.map(({ capUsd, capTokens }: Record<string, unknown>) => [capUsd, capTokens]);
  assert.deepEqual(
    [body.capTokens, caps],
    [
      9_000,
      [
        [null, null],
        [1.5, null],
      ],
    ],
  );
  assert.deepEqual([body.capUsd, body.calls], [20, { answered: 4, failed: 1, unknown: 1, open: 1 }]);
  const { cost } = (await api.ask('GET', '/epics/shop')).body;
  const { settledUsd, reservedUsd, capUsd, capTokens } = body;
  assert.deepEqual(cost, { settledUsd, reservedUsd, capUsd, capTokens });
});

test('each attempt is told, one that failed too', async () => {
  const { byAgent, byTask } = (await api.ask('GET', '/epics/shop/costs')).body;
  assert.deepEqual(
    byAgent.map((agent: Record<string, unknown>) => [
      agent.agentId,
      agent.purpose,
      agent.attempt,
      agent.state,
      agent.turns,
    ]),
    [
      ['shop.epic.plan.1', 'plan', 1, null, 1],
      ['shop.first.implement.1', 'implement', 1, 'FAILED', 2],
      ['shop.first.implement.2', 'implement', 2, null, 2],
      ['shop.first.review.1', 'review', 1, null, 1],
      ['shop.gone', null, null, null, 1],
    ],
  );
  assert.deepEqual(
    byTask.map(({ taskKey, title }: Record<string, unknown>) => [taskKey, title]),
    [
      [null, null],
      ['first', 'Do first'],
    ],
  );
});

test('a long epic has at most 500 points, which end at its whole cost', async () => {
  const { points, settledUsd } = (await api.ask('GET', '/epics/long/costs')).body;
  assert.equal(points.length, 500);
  assert.equal(points.at(-1).totalUsd, settledUsd);
  const calls: number[] = points.map((point: { calls: number }) => point.calls);
  assert.equal(
    calls.reduce((sum, one) => sum + one, 0),
    1203,
  );
  assert.ok(Math.max(...calls) - Math.min(...calls) <= 1);
  const times = points.map(({ at }: { at: string }) => at);
  assert.deepEqual(times, times.toSorted());
});

test('an epic that has cost nothing has no parts, and one that there is not is refused', async () => {
  const { body } = await api.ask('GET', '/epics/free/costs');
  assert.deepEqual([body.settledUsd, body.capUsd, body.byAgent, body.points], [0, null, [], []]);
  assert.equal((await api.ask('GET', '/epics/none/costs')).status, 404);
});
