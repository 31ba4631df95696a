/** The tables of an epic's cost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axisTime } from '../../web/parts/axis-time.ts';
import { costRows, costWords } from '../../web/parts/cost-rows.ts';

const sum = (settledUsd: number, answered: number, lost = 0) => ({
  settledUsd,
  unknownUsd: 0,
  reservedUsd: 0,
  tokens: 1_000 * settledUsd,
  calls: { answered, failed: lost, unknown: 0, open: 1 },
});

test('what lost answers can have cost is said of what counts as spent', () => {
  const costs = { settledUsd: 1.2, reservedUsd: 0, unknownUsd: 0, capUsd: 20, tokens: 1_234, capTokens: null };
  assert.equal(costWords(costs), '$1.20 spent of $20.00 · 1,234 tokens');
  assert.equal(
    costWords({ ...costs, reservedUsd: 0.3, unknownUsd: 0.4, capTokens: 5_000 }),
    '$1.20 spent (up to $0.40 of it on answers that were lost) of $20.00, $0.30 more reserved for calls under way · 1,234 of 5,000 tokens',
  );
});

test('each table is dearest first, counts every call, and names what got no answer', () => {
  const tables = costRows({
    byPurpose: [
      { purpose: 'plan', ...sum(1, 2) },
      { purpose: 'implement', ...sum(3, 4, 1) },
    ],
    byTask: [{ taskKey: null, title: null, capUsd: 5, capTokens: 2_000_000, ...sum(1, 2) }],
    byAgent: [],
  });
  assert.deepEqual(
    tables.map(({ title, rows }) => [title, rows.map(({ name, calls, lost }) => [name, calls, lost])]),
    [
      [
        'By purpose',
        [
          ['Implementation', 6, 1],
          ['Plan', 3, 0],
        ],
      ],
      ['By task', [['The epic itself', 3, 0]]],
      ['By agent', []],
    ],
  );
});

test('a task’s own caps stand beside what it used', () => {
  const byTask = [{ taskKey: 'api', title: 'Build it', capUsd: 5, capTokens: 2_000, ...sum(1, 2) }];
  const row = costRows({ byPurpose: [], byTask, byAgent: [] })[1]?.rows[0];
  assert.deepEqual([row?.capUsd, row?.tokens], [5, '1,000 of 2,000']);
});

const times = { state: null, turns: 1, firstAt: '2026-03-01T12:00:00Z', lastAt: '2026-03-01T12:01:00Z' };

test('agents are named as on their own pages', () => {
  const [, , { head, rows } = { head: '', rows: [] }] = costRows({
    byPurpose: [],
    byTask: [],
    byAgent: [
      {
        agentId: 'shop.api.implement.1',
        model: 'm',
        taskKey: 'api',
        purpose: 'implement',
        attempt: 1,
        ...times,
        ...sum(1, 2),
      },
      { agentId: 'shop.plan.1', model: 'm', taskKey: null, purpose: 'plan', attempt: 2, ...times, ...sum(0.5, 2) },
    ],
  });
  assert.equal(head, 'Agent');
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['api: Implementation, attempt 1', 'The epic itself: Plan, attempt 2'],
  );
});

test('times below the chart say as much as tells them apart', () => {
  const at = Date.parse('2026-03-01T12:00:00Z');
  const [minute, day] = [60_000, 86_400_000];
  assert.notEqual(axisTime(at, 2 * minute), axisTime(at + 1_000, 2 * minute));
  assert.equal(axisTime(at, 60 * minute), axisTime(at + 1_000, 60 * minute));
  assert.notEqual(axisTime(at, 3 * day), axisTime(at + day, 3 * day));
});
