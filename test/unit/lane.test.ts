/** The merge lane under any order of messages. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { askLane, grantNext, type LaneData, leaveLane, leaveLaneAs } from '../../workflows/epic/lane.ts';

const a1 = { taskKey: 'a', submission: 1 };
const b1 = { taskKey: 'b', submission: 1 };

test('one at a time, in the order of asking, each asked once', () => {
  const lane: LaneData = { queue: [] };
  askLane(lane, a1);
  askLane(lane, b1);
  askLane(lane, a1);
  assert.deepEqual(grantNext(lane), a1);
  assert.equal(grantNext(lane), undefined);
  askLane(lane, a1);
  leaveLane(lane, a1);
  assert.deepEqual(grantNext(lane), b1);
  leaveLane(lane, b1);
  assert.equal(grantNext(lane), undefined);
});

test('leaving twice, or for a submission that does not hold it, frees nobody else', () => {
  const lane: LaneData = { queue: [] };
  askLane(lane, a1);
  grantNext(lane);
  leaveLane(lane, b1);
  leaveLane(lane, { taskKey: 'a', submission: 2 });
  assert.deepEqual(lane.holder, a1);
});

test('a task that closes frees the lane and its place in the line, whatever came before', () => {
  const entry = fc.record({ taskKey: fc.constantFrom('a', 'b', 'c'), submission: fc.integer({ min: 1, max: 3 }) });
  const message = fc.tuple(fc.constantFrom('ask', 'leave', 'grant'), entry);
  fc.assert(
    fc.property(fc.array(message, { maxLength: 40 }), (messages) => {
      const lane: LaneData = { queue: [] };
      for (const [what, which] of messages) {
        if (what === 'ask') askLane(lane, which);
        else if (what === 'leave') leaveLane(lane, which);
        else grantNext(lane);
      }
      leaveLaneAs(lane, 'a');
      assert.ok(lane.holder?.taskKey !== 'a' && lane.queue.every(({ taskKey }) => taskKey !== 'a'));
      const line = [...lane.queue, ...(lane.holder === undefined ? [] : [lane.holder])].map((e) => JSON.stringify(e));
      assert.equal(new Set(line).size, line.length);
    }),
  );
});
