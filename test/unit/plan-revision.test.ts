/** Revisions of a plan: what has not started changes as given, what has started stays, and every mistake has its place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EpicInput } from '../../workflows/contract/epic.ts';
import { planProblems, TaskInput } from '../../workflows/contract/plan.ts';
import { setPlan } from '../../workflows/epic/plan-state.ts';
import { addingProblem, isAdded, isUntouched, MOST_TASKS, revise } from '../../workflows/epic/revision.ts';
import { noteRevision, revisionOf } from '../../workflows/epic/revision-state.ts';
import { newEpic, newTask, type TaskEntry } from '../../workflows/epic/state.ts';

const task = (key: string, ...dependsOn: string[]): TaskInput =>
  TaskInput.parse({ key, title: `Do ${key}`, dependsOn });
const waiting = (key: string, ...dependsOn: string[]): TaskEntry => newTask(task(key, ...dependsOn));
const running = (key: string): TaskEntry => ({ ...newTask(task(key)), state: 'ASSIGNED', hasBegun: true });
const revised = (entries: readonly TaskEntry[], given: readonly TaskInput[]) => {
  const result = revise(entries, given);
  assert.ok('tasks' in result, JSON.stringify(result));
  return result;
};
const problems = (entries: readonly TaskEntry[], given: readonly TaskInput[]) => {
  const result = revise(entries, given);
  assert.ok('problems' in result);
  return result.problems.map(({ message, path }) => `${path.join('.')}: ${message}`);
};
const keysOf = (tasks: readonly TaskEntry[]) => tasks.map((entry) => entry.task.key);

test('tasks are added, dropped, changed and moved, and each change is told', () => {
  const entries = [running('a'), waiting('b', 'a'), waiting('c'), waiting('d')];
  const { tasks, changes } = revised(entries, [task('d'), { ...task('c'), title: 'Other' }, task('e', 'a')]);
  assert.deepEqual(keysOf(tasks), ['a', 'd', 'c', 'e']);
  assert.deepEqual(changes, ['drops b', 'changes c: title', 'adds e: Do e', 'changes the order']);
  assert.equal(tasks[1], entries[3], 'what stays is the same entry, with its hold');
});

test('a plan that stays as it is, in whatever order it names dependencies, is no revision', () => {
  const entries = [waiting('a'), waiting('b'), waiting('c', 'a', 'b')];
  assert.deepEqual(revised(entries, [task('a'), task('b'), task('c', 'b', 'a')]).changes, []);
});

test('what has started stays: left out, or given as it is, but not changed', () => {
  const skipped = { ...waiting('s'), state: 'CANCELLED' as const, skipped: true };
  const again = { ...waiting('r'), life: 2 };
  const entries = [running('a'), skipped, again, waiting('w')];
  assert.deepEqual(keysOf(revised(entries, []).tasks), ['a', 's', 'r']);
  assert.deepEqual(revised(entries, [task('a'), task('w')]).changes, []);
  assert.deepEqual(problems(entries, [task('w'), { ...task('a'), title: 'New' }]), [
    '1.title: "a" has started and stays as it is: leave it out',
  ]);
  assert.match(problems(entries, [{ ...task('r'), dependsOn: ['w'] }])[0] ?? '', /^0\.dependsOn: "r" has started/);
});

test('a cap stays unless another is given, which alone is a revision', () => {
  const capped = { ...task('a'), budgetUsd: 5, budgetTokens: 1_000 };
  const started = { ...running('s'), task: { ...task('s'), budgetUsd: 2 } };
  const entries = [started, newTask(capped)];
  assert.deepEqual(revised(entries, [task('s'), task('a')]).changes, []);
  const renamed = revised(entries, [{ ...task('a'), title: 'Other' }]);
  assert.deepEqual(renamed.changes, ['changes a: title']);
  assert.deepEqual(renamed.tasks[1]?.task, { ...capped, title: 'Other' });
  const raised = revised(entries, [{ ...task('a'), budgetUsd: 7 }]);
  assert.deepEqual(raised.changes, ['changes a: cap in USD']);
  assert.deepEqual(raised.tasks[1]?.task, { ...capped, budgetUsd: 7 });
  assert.deepEqual(problems(entries, [{ ...task('s'), budgetUsd: 3 }]), [
    '0.budgetUsd: "s" has started and stays as it is: leave it out',
  ]);
  assert.equal(isAdded(task('a', 'b'), task('a', 'c')), false, 'it would wait for something else');
  assert.deepEqual([isAdded(capped, task('a')), isAdded(capped, { ...task('a'), budgetUsd: 6 })], [true, false]);
});

test('what has started and what is new together have the size of a plan', () => {
  const long = (key: string) => ({ ...task(key), description: 'x'.repeat(20_000) });
  const keys = Array.from({ length: 14 }, (_, at) => `t${at}`);
  const entries = keys.map((key) => ({ ...newTask(long(key)), state: 'ASSIGNED' as const, hasBegun: true }));
  assert.match(problems(entries, [long('new')])[0] ?? '', /^: all texts of a plan together have at most 300000/);
  assert.match(addingProblem(entries, long('new')) ?? '', /^all texts/);
  assert.equal(addingProblem(entries, task('new')), undefined);
  // What is put in sequence needs no longer plan: dependencies are limited by the number of tasks.
  const chained = Array.from({ length: 50 }, (_, at) => ({
    ...task(`${'k'.repeat(36)}-${at}`, ...Array.from({ length: at }, (_, before) => `${'k'.repeat(36)}-${before}`)),
    description: 'x'.repeat(5_700),
  }));
  assert.ok(JSON.stringify(chained).length > 300_000);
  assert.deepEqual(planProblems(chained), []);
  const most = Array.from({ length: MOST_TASKS }, (_, at) => waiting(`t${at}`));
  assert.match(addingProblem(most, task('new')) ?? '', /at most 100 tasks/);
  const given = most.map((entry) => entry.task);
  assert.deepEqual(problems(most, [...given, task('new')]), [
    ': an epic has at most 100 tasks; submit another epic for more',
  ]);
  // One that has grown beyond that by itself may still be changed.
  assert.deepEqual(revised([...most, waiting('change-1')], [...given, task('change-1', 't0')]).changes, [
    'changes change-1: dependencies',
  ]);
});

test('mistakes are named where they were made', () => {
  const entries = [running('a'), waiting('b')];
  assert.deepEqual(problems(entries, [task('a'), task('b', 'gone')]), [
    '1.dependsOn.0: "b" depends on "gone", which is not in the plan',
  ]);
  assert.deepEqual(problems(entries, [task('b'), task('b')]), ['1.key: the key "b" is used twice']);
  assert.match(
    problems(entries, [task('b', 'c'), task('c', 'b')])[0] ?? '',
    /^: these tasks wait for each other: b, c$/,
  );
  assert.match(problems([waiting('b')], [])[0] ?? '', /at least one task/);
});

test('whatever is given, what has started is untouched, and what results is a plan', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
  const given = fc.array(
    fc
      .record({ key, dependsOn: fc.uniqueArray(key, { maxLength: 3 }) })
      .map(({ key: k, dependsOn }) => task(k, ...dependsOn)),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(given, fc.nat(5), (tasks, started) => {
      const entries = ['a', 'b', 'c', 'd', 'e', 'f'].map((k, i) => (i < started ? running(k) : waiting(k)));
      const kept = entries.filter((entry) => !isUntouched(entry));
      const result = revise(entries, tasks);
      if ('problems' in result) {
        assert.ok(result.problems.length > 0);
        return;
      }
      assert.deepEqual(result.tasks.slice(0, kept.length), kept);
      assert.deepEqual(planProblems(result.tasks.map((entry) => entry.task)), []);
      const isSame = JSON.stringify(keysOf(result.tasks)) === JSON.stringify(keysOf(entries));
      if (!isSame) assert.ok(result.changes.length > 0);
    }),
  );
});

test('revisions are counted on when old ones are forgotten, and none is longer than a record takes', () => {
  const data = newEpic(EpicInput.parse({ title: 'T' }), '2026-01-01T00:00:00.000Z');
  const by = { at: '2026-01-01T00:00:00.000Z', by: 'ann', why: 'w'.repeat(5_000) };
  assert.equal(revisionOf(data), 0);
  setPlan(data, [task('a')], by);
  for (let i = 0; i < 50; i += 1) noteRevision(data, Array(90).fill('x'.repeat(500)), by);
  assert.equal(revisionOf(data), 51);
  assert.equal(data.revisions?.length, 30);
  assert.equal(data.revisions?.[0]?.number, 22);
  assert.ok(JSON.stringify(data.revisions).length < 256_000, 'activities carry it');
  assert.equal(data.revisions?.at(-1)?.changes.at(-1), '40 more changes');
});
