/** What a stack uses, read from what /proc says of its processes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ProcessStat, parseRollup, parseStat } from '../../bench/proc.ts';
import { assignProcesses, cpuByUser, type User } from '../../bench/use.ts';

test('CPU time is read behind a name with blanks and brackets', () => {
  const rest = 'S 40 50 50 0 -1 4194304 900 800 0 0 123 27 50 5 20 0 11 0 4567 1000 200';
  assert.deepEqual(parseStat(`51 (tmux: (1) server) ${rest}`), {
    ...{ pid: 51, parent: 40, ownSeconds: 1.5, childSeconds: 0.55 },
  });
});

test('memory is read as megabytes, and lines of a like name are others', () => {
  const text = '5581-7ffc ---p 00000000 00:00 0 [rollup]\nRss:   20480 kB\nPss:   5120 kB\nPss_Anon:  999 kB\n';
  assert.deepEqual(parseRollup(text), { residentMb: 20, proportionalMb: 5 });
});

const tree = (...rows: [pid: number, parent: number, own?: number, children?: number][]) =>
  new Map(
    rows.map(([pid, parent, ownSeconds = 0, childSeconds = 0]): [number, ProcessStat] => [
      pid,
      { pid, parent, ownSeconds, childSeconds },
    ]),
  );
const parts = new Map<number, User>([
  [10, 'launcher'],
  [11, 'worker'],
  [12, 'postgres'],
]);

test('a process belongs to the nearest part above it, and what the worker process started is programs', () => {
  const stats = tree([1, 0], [10, 1], [11, 10], [12, 10], [13, 12], [14, 11], [15, 14], [20, 1]);
  assert.deepEqual(
    assignProcesses(stats, { parts, others: [] }),
    new Map<number, User>([
      [10, 'launcher'],
      [11, 'worker'],
      [12, 'postgres'],
      [13, 'postgres'],
      [14, 'programs'],
      [15, 'programs'],
    ]),
  );
});

test('what nobody started any more is programs with all below it, unless a part is above it', () => {
  const stats = tree([1, 0], [10, 1], [12, 10], [13, 12], [30, 1], [31, 30], [40, 1]);
  const users = assignProcesses(stats, { parts, others: [30, 13] });
  assert.equal(users.get(30), 'programs');
  assert.equal(users.get(31), 'programs');
  assert.equal(users.get(13), 'postgres');
  assert.equal(users.has(40), false);
});

test('children that ended count for whom they worked', () => {
  const stats = tree([10, 1, 1, 0.5], [11, 10, 4, 3], [12, 10, 2, 1], [14, 11, 0.25, 2]);
  const cpu = cpuByUser(stats, assignProcesses(stats, { parts, others: [] }));
  assert.deepEqual([cpu.launcher, cpu.worker, cpu.programs, cpu.postgres, cpu.api], [1.5, 4, 5.25, 3, 0]);
});
