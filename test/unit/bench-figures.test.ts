/** Figures of one build, and of two beside each other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addCounts, countEvents, type HistoryEvent } from '../../bench/event-counts.ts';
import { beside, type Figure, isReached, ratio, table } from '../../bench/figure.ts';

const figure = (name: string, value: number, more: Partial<Figure> = {}): Figure => ({
  ...{ name, value, unit: 's' },
  ...more,
});

test('a table of one build has no columns for another', () => {
  assert.equal(
    table([figure('epic', 1.234, { goal: 1 }), figure('all', 2)]),
    ['figure  measured   goal', 'epic      1.23 s  ≤ 1 s  ✖', 'all          2 s'].join('\n'),
  );
});

test('figures of two builds are paired by name, with their ratio', () => {
  const figures = beside([figure('epic', 1), figure('script', 3)], [figure('else', 9), figure('epic', 4)]);
  assert.equal(
    table(figures),
    ['figure  before  measured   ratio  goal', 'epic       4 s       1 s  0.25 ×', 'script               3 s'].join(
      '\n',
    ),
  );
});

test('what was counted is told as it is, and nothing is compared with nothing', () => {
  const [events, cpu] = beside(
    [figure('events', 1_112, { unit: '' }), figure('cpu', 0.1234)],
    [figure('events', 1_535, { unit: '' }), figure('cpu', 0)],
  );
  assert.deepEqual(
    table([events as Figure, cpu as Figure])
      .split('\n')
      .slice(1),
    ['events   1535      1112   0.724 ×', 'cpu        0 s   0.123 s'],
  );
});

test('a goal for the ratio is there only where there is something to compare with', () => {
  const [goal] = ratio(beside([figure('epic', 3)], [figure('epic', 4)]), 'epic', 0.5);
  assert.deepEqual(goal, { name: 'epic, against before', value: 0.75, unit: '×', goal: 0.5 });
  assert.equal(goal !== undefined && isReached(goal), false);
  assert.deepEqual(ratio([figure('epic', 3)], 'epic', 0.5), []);
});

test('events are counted as Temporal writes them, and turns are the activities that take one', () => {
  const scheduled = (name: string): HistoryEvent => ({
    activityTaskScheduledEventAttributes: { activityType: { name } },
  });
  const events: HistoryEvent[] = [
    { workflowExecutionStartedEventAttributes: {} },
    { workflowTaskScheduledEventAttributes: {} },
    { workflowTaskStartedEventAttributes: {} },
    { workflowTaskCompletedEventAttributes: {} },
    scheduled('takeTurn'),
    scheduled('verify'),
    { activityTaskStartedEventAttributes: {} },
    { activityTaskCompletedEventAttributes: {} },
  ];
  const counts = countEvents(events);
  assert.deepEqual(counts, { events: 8, workflowTasks: 1, activities: 2, turns: 1 });
  assert.deepEqual(addCounts([counts, counts]), { events: 16, workflowTasks: 2, activities: 4, turns: 2 });
});
