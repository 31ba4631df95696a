/** The task graph: what starts, what is blocked, what each waiting task says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { TaskState } from '../../workflows/contract/states.ts';
import {
  blocked,
  holdReasons,
  isEnded,
  isRunning,
  isWaiting,
  startable,
  type TaskNode,
} from '../../workflows/epic/task-graph.ts';

const node = (key: string, state: TaskState, ...dependsOn: string[]): TaskNode => ({
  task: { key, dependsOn },
  state,
  skipped: false,
});

test('a task starts when all that it needs is completed', () => {
  const nodes = [node('schema', 'COMPLETED'), node('api', 'PENDING', 'schema'), node('ui', 'PENDING', 'api')];
  assert.deepEqual(startable(nodes, 5), ['api']);
});

test('a skipped task lets its dependents start, a failed one holds them with its name', () => {
  const failed = [node('a', 'FAILED'), node('b', 'PENDING', 'a'), node('c', 'PENDING', 'b')];
  assert.deepEqual(startable(failed, 5), []);
  assert.deepEqual(
    [...blocked(failed)],
    [
      ['b', 'a'],
      ['c', 'a'],
    ],
  );
  assert.deepEqual(holdReasons(failed, 5).get('c'), { kind: 'failure', reason: '"a" did not finish' });
  const skipped = failed.map((entry) => (entry.task.key === 'a' ? { ...entry, skipped: true } : entry));
  assert.deepEqual(startable(skipped, 5), ['b']);
  assert.deepEqual([...blocked(skipped)], []);
});

test('what depends on a blocked task starts again when the cause is retried', () => {
  assert.deepEqual(startable([node('a', 'COMPLETED'), node('b', 'BLOCKED', 'a')], 5), ['b']);
});

const states = fc.constantFrom<TaskState>(
  'PENDING',
  'BLOCKED',
  'ASSIGNED',
  'REVIEW',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
);
const graph = fc
  .array(fc.tuple(states, fc.boolean(), fc.nat(), fc.nat()), { minLength: 1, maxLength: 30 })
  .map((rows) =>
    rows.map(
      ([state, skipped, a, b], i): TaskNode => ({
        ...node(`t${i}`, state, ...(i === 0 ? [] : [`t${a % i}`, `t${b % i}`])),
        skipped: skipped && state === 'CANCELLED',
      }),
    ),
  );

test('whatever the graph, the limit holds and nothing starts behind a failure', () => {
  fc.assert(
    fc.property(graph, fc.nat(8), (nodes, limit) => {
      const running = nodes.filter(isRunning).length;
      assert.ok(startable(nodes, limit).length + running <= Math.max(limit, running));
      const stuck = blocked(nodes);
      assert.ok(startable(nodes, 99).every((key) => !stuck.has(key)));
    }),
  );
});

test('whatever the graph, every waiting task says what holds it', () => {
  fc.assert(
    fc.property(graph, fc.nat(8), (nodes, limit) => {
      const reasons = holdReasons(nodes, limit);
      assert.deepEqual(
        [...reasons.keys()],
        nodes.filter(isWaiting).map(({ task }) => task.key),
      );
    }),
  );
});

test('running the graph to its end leaves no task behind', () => {
  fc.assert(
    fc.property(graph, fc.integer({ min: 1, max: 4 }), (start, limit) => {
      let nodes = start.map((entry) => ({ ...entry, state: 'PENDING' as TaskState, skipped: false }));
      for (let step = 0; nodes.some(isWaiting); step += 1) {
        assert.ok(step <= start.length, 'it makes progress in every step');
        const started = new Set(startable(nodes, limit));
        nodes = nodes.map((entry) => (started.has(entry.task.key) ? { ...entry, state: 'COMPLETED' } : entry));
      }
      assert.ok(nodes.every(isEnded));
    }),
  );
});
