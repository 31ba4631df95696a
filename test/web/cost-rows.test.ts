/** The tables of an epic's cost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { costRows } from '../../web/parts/cost-rows.ts';

const sum = (settledUsd: number, answered: number, lost = 0) => ({
  settledUsd,
  unknownUsd: 0,
  reservedUsd: 0,
  calls: { answered, failed: lost, unknown: 0, open: 1 },
});

test('each table is dearest first, counts every call, and names what got no answer', () => {
  const tables = costRows({
    byPurpose: [
      { purpose: 'plan', ...sum(1, 2) },
      { purpose: 'implement', ...sum(3, 4, 1) },
    ],
    byTask: [{ taskKey: null, title: null, ...sum(1, 2) }],
    byAgent: [],
  });
  assert.deepEqual(
    tables.map(({ title, rows }) => [title, rows.map(({ name, calls, lost }) => [name, calls, lost])]),
    [
      [
        'By purpose',
        [
          ['implement', 6, 1],
          ['plan', 3, 0],
        ],
      ],
      ['By task', [['The epic itself', 3, 0]]],
      ['By agent', []],
    ],
  );
});
