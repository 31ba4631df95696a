/** How a replay came out, in words and for scripts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import pc from 'picocolors';
import { type ReplayOutcome, replayReport } from '../../cli/render-replay.ts';
import { createOrder, eventsOf } from '../../local/model/recorded-order.ts';
import { aRecording } from '../support/recordings.ts';

const recording = aRecording();
const TREE = recording.epic.mergedTree;
const playedOrder = () => {
  const order = createOrder(eventsOf(recording));
  for (const { kind, key } of order.events) order.happened(kind, key);
  return order;
};

const report = (rest: Partial<ReplayOutcome> = {}) => {
  const { value, text } = replayReport({
    ...{ recording, order: playedOrder(), differences: [], leftOut: 0, stopped: null, calls: 3 },
    ...{ state: 'COMPLETED', reason: null, tree: TREE, ...rest },
  });
  return { ...value, text: text(pc.createColors(false)) };
};

test('an equal result is reported with the tree of both runs', () => {
  const { same, turns, text } = report();
  assert.ok(same);
  assert.deepEqual(turns, { recorded: 3, played: 3 });
  assert.match(text, /The same: 3 of 3 turns[\s\S]*f{40}, as recorded/);
});

test('another tree, or no tree, is reported as a difference', () => {
  const other = report({ tree: 'e'.repeat(40) });
  assert.equal(other.same, false);
  assert.match(other.text, /merged tree is not\n {2}recorded {2}f{40}\n {2}now {7}e{40}/);
  assert.match(report({ tree: null }).text, /nothing was merged/);
});

test('turns that nobody asked for are not the same, and then no tree is told', () => {
  const { same, text } = report({ order: createOrder(eventsOf(recording)), tree: null });
  assert.equal(same, false);
  assert.match(text, /The epic ended before all recorded turns were asked for/);
  assert.doesNotMatch(text, /tree/);
});

test('a difference is told with its turn, kind and diff', () => {
  const difference = {
    agent: 'shop.one.implement.1',
    turn: 2,
    kind: 'prompt',
    what: 'the system prompt',
    diff: '-a\n+b',
  };
  const { same, text } = report({ differences: [difference], tree: null });
  assert.equal(same, false);
  assert.match(text, /✗ Turn 2 of one\.implement\.1 asks something else \(prompt\): the system prompt\n-a\n\+b/);
});

test('a recording without an end compares no tree', () => {
  const open = { ...recording, epic: { ...recording.epic, state: 'IN_PROGRESS', mergedTree: null } };
  const { same, text } = report({ recording: open, tree: null });
  assert.ok(same);
  assert.match(text, /IN_PROGRESS when it was recorded/);
});

test('an epic that ends otherwise is told with the reason, and its tree is not', () => {
  const failed = { state: 'FAILED', reason: 'a check is red', tree: null };
  const { same, text, state } = report({ ...failed, order: createOrder(eventsOf(recording)) });
  assert.equal(same, false);
  assert.deepEqual(state, { recorded: 'COMPLETED', now: 'FAILED', reason: 'a check is red' });
  assert.match(text, /✗ The epic is FAILED: a check is red\n[\s\S]*0 of 3 turns were played/);
  assert.doesNotMatch(text, /tree|ended before/);
  assert.equal(report({ ...failed, tree: TREE }).same, false);
});

test('a recording under way ends with its last turn, whatever becomes of the epic', () => {
  const open = { ...recording, epic: { ...recording.epic, state: 'IN_PROGRESS', mergedTree: null } };
  assert.ok(report({ recording: open, state: 'FAILED', tree: null }).same);
  const early = report({ recording: open, state: 'FAILED', order: createOrder(eventsOf(open)), tree: null });
  assert.equal(early.same, false);
  assert.match(early.text, /The epic is FAILED/);
});

test('differences that are left out are counted', () => {
  const difference = { agent: null, turn: null, kind: 'order', what: 'x', diff: '' };
  const { text, leftOut } = report({ differences: [difference], leftOut: 12 });
  assert.equal(leftOut, 12);
  assert.match(text, /… and 12 more differences/);
});
