import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TaskSummary } from '../../web/data/epics.ts';
import { edgesOf, nodesOf, shapeOf, statesOf } from '../../web/parts/graph-nodes.ts';

const task = (key: string, rest: Partial<TaskSummary> = {}): TaskSummary => ({
  ...{ id: `shop.${key}`, key, title: `Do ${key}`, state: 'IN_PROGRESS', phase: 'writes', attempt: 1, dependsOn: [] },
  ...{ hold: null, failure: null, host: null, branch: null, pullRequest: null },
  ...{ startedAt: null, updatedAt: '2026-01-01T00:00:00.000Z', closedAt: null },
  ...rest,
});
const chain = (rest: Partial<TaskSummary> = {}) => [task('first'), task('next', { dependsOn: ['first'], ...rest })];

test('what a task does now changes no node: the library draws the whole graph again with one that changed', () => {
  const hold = { kind: 'slot' as const, reason: 'waits for a slot', since: '2026-01-01T00:00:00.000Z' };
  const later = chain({ phase: 'verifies', hold, attempt: 2, updatedAt: '2026-01-02T00:00:00.000Z' });
  assert.equal(statesOf(later), statesOf(chain()));
  assert.equal(shapeOf(later), shapeOf(chain()));
  assert.deepEqual(nodesOf(later, new Map()), nodesOf(chain(), new Map()));
});

test('another state or title is another look, another dependency another shape', () => {
  assert.notEqual(statesOf(chain({ state: 'COMPLETED' })), statesOf(chain()));
  assert.notEqual(statesOf(chain({ title: 'Do more' })), statesOf(chain()));
  assert.notEqual(shapeOf(chain({ dependsOn: [] })), shapeOf(chain()));
});

test('who is needed and who needs has a handle, and lines to tasks at work stand out', () => {
  const nodes = nodesOf(chain(), new Map([['next', { x: 7, y: 9 }]]));
  assert.deepEqual(
    nodes.map(({ data: { needs, isNeeded }, position, ariaLabel }) => [needs, isNeeded, position, ariaLabel]),
    [
      [false, true, { x: 0, y: 0 }, 'Do first: In progress'],
      [true, false, { x: 7, y: 9 }, 'Do next: In progress'],
    ],
  );
  const styled = (state: TaskSummary['state']) => edgesOf(chain({ state })).map(({ style }) => style !== undefined);
  assert.deepEqual([styled('IN_PROGRESS'), styled('PENDING'), styled('COMPLETED')], [[true], [false], [false]]);
});
