import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { epicKey } from '../../api/client/epic-key.ts';
import {
  changeTask,
  draftLike,
  EMPTY_DRAFT,
  EMPTY_TASK,
  type EpicDraft,
  inputOf,
  moveTask,
  nextTaskKey,
  readDraft,
  type TaskDraft,
} from '../../web/data/epic-draft.ts';
import { problemAt, problemsElsewhere, problemsOf } from '../../web/parts/refused-fields.ts';

const task = (key: string, ...dependsOn: string[]): TaskDraft => ({ ...EMPTY_TASK, id: `id-${key}`, key, dependsOn });
const DRAFT: EpicDraft = { ...EMPTY_DRAFT, title: ' Search parts ' };

test('what was left empty is left out, so that the configured values count', () => {
  assert.deepEqual(inputOf(DRAFT), { title: 'Search parts', description: '', priority: 0 });
});

test('what was filled in is sent as the API wants it', () => {
  const tasks = [
    {
      ...{ ...task('api', 'schema'), title: 'API ', budgetUsd: 2, budgetTokens: 50_000 },
      acceptance: '- answers 200\n\n* in 100 ms\n[ ] is tested\n',
    },
  ];
  const draft: EpicDraft = {
    ...{ ...DRAFT, repository: 'shop ', baseBranch: 'main', priority: 2, concurrency: 3 },
    ...{ budgetUsd: 20, budgetTokens: 1_000_000 },
    ...{ approvals: 'both', overlaps: 'sequence', hasTasks: true, tasks },
  };
  assert.deepEqual(inputOf(draft), {
    ...{ title: 'Search parts', description: '', priority: 2, repository: 'shop', baseBranch: 'main' },
    ...{ budgetUsd: 20, budgetTokens: 1_000_000, concurrency: 3 },
    ...{ requireApproval: ['plan', 'merge'], overlaps: 'sequence' },
    tasks: [
      {
        ...{ key: 'api', title: 'API', description: '', dependsOn: ['schema'] },
        acceptance: ['answers 200', 'in 100 ms', 'is tested'],
        ...{ budgetUsd: 2, budgetTokens: 50_000 },
      },
    ],
  });
  assert.deepEqual(inputOf({ ...draft, approvals: 'none' }).requireApproval, []);
  assert.equal(inputOf({ ...draft, hasTasks: false }).tasks, undefined);
});

test('an epic that has ended is asked for again as it was, under a key of its own', () => {
  const ended = {
    ...{ title: 'Search parts', description: 'By name.', repository: 'shop', baseBranch: 'main', priority: 2 },
    ...{ approvals: ['plan', 'merge'], concurrency: 3, overlaps: 'sequence' as const },
    cost: { capUsd: 30, capTokens: 9_000 },
  };
  const { title, description, repository, baseBranch, priority } = ended;
  assert.deepEqual(inputOf(draftLike(ended)), {
    ...{ title, description, repository, baseBranch, priority, concurrency: 3, overlaps: 'sequence' },
    ...{ budgetUsd: 30, budgetTokens: 9_000, requireApproval: ['plan', 'merge'] },
  });
  assert.equal(draftLike(ended).key, '');
  assert.deepEqual(inputOf(draftLike({ ...ended, approvals: [] })).requireApproval, []);
  assert.deepEqual(inputOf(draftLike({ ...ended, approvals: ['merge', 'questions:off'] })).requireApproval, ['merge']);
  const unknown = { repository: null, baseBranch: null, approvals: null, concurrency: null, overlaps: null };
  const early = { ...ended, ...unknown, cost: { capUsd: null, capTokens: null } };
  assert.deepEqual(inputOf(draftLike(early)), { title, description, priority });
});

test('the key reads like the title and fits an epic id, whatever the title', () => {
  assert.equal(epicKey('Search the Catalogue, by part!', 'a1b2c3'), 'search-the-catalogue-by-part-a1b2c3');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (title) => {
      assert.match(epicKey(title, 'a1b2c3'), /^[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?$/);
    }),
  );
});

test('a task that is renamed is followed by those that depend on it, and one that goes is let go', () => {
  const tasks = [task('a'), task('b', 'a'), task('c', 'a', 'b')];
  const renamed = changeTask(tasks, 'id-a', { key: 'base' });
  assert.deepEqual(
    renamed.map(({ key, dependsOn }) => [key, ...dependsOn]),
    [['base'], ['b', 'base'], ['c', 'base', 'b']],
  );
  const left = changeTask(renamed, 'id-b', undefined);
  assert.deepEqual(
    left.map(({ key, dependsOn }) => [key, ...dependsOn]),
    [['base'], ['c', 'base']],
  );
  assert.equal(nextTaskKey([task('task-2')]), 'task-3');
});

test('a task moves by so many places, not beyond an end, and all others keep their order', () => {
  const tasks = [task('a'), task('b'), task('c')];
  const order = (id: string, by: number) => moveTask(tasks, id, by).map(({ key }) => key);
  assert.deepEqual(order('id-a', 1), ['b', 'a', 'c']);
  assert.deepEqual(order('id-c', -1), ['a', 'c', 'b']);
  assert.deepEqual(order('id-b', -5), ['b', 'a', 'c']);
  assert.deepEqual(order('id-c', 1), ['a', 'b', 'c']);
});

test('a draft survives being kept, and anything else that is kept makes a draft', () => {
  const draft: EpicDraft = {
    ...DRAFT,
    budgetUsd: 5,
    budgetTokens: 100_000,
    approvals: 'plan',
    hasTasks: true,
    tasks: [{ ...task('a'), budgetUsd: 1, budgetTokens: 2 }, task('b', 'a')],
  };
  assert.deepEqual(readDraft(JSON.stringify(draft)), draft);
  assert.deepEqual(readDraft(undefined), EMPTY_DRAFT);
  assert.deepEqual(readDraft('{not json'), EMPTY_DRAFT);
  const broken = { title: 7, tasks: [null, { key: 3, dependsOn: [1, 'a'] }], approvals: 'all', priority: '1' };
  assert.deepEqual(readDraft(JSON.stringify(broken)), {
    ...EMPTY_DRAFT,
    tasks: [
      { ...EMPTY_TASK, id: '0' },
      { ...EMPTY_TASK, id: '1', dependsOn: ['a'] },
    ],
  });
  fc.assert(fc.property(fc.json(), (kept) => void inputOf(readDraft(kept))));
});

test('a refusal is shown at its field, and above them where the form has no such field', () => {
  const problems = problemsOf([
    { field: 'title', message: 'give the epic a title' },
    { field: 'tasks', message: 'these tasks wait for each other' },
    { field: 'tasks.0.acceptance.1', message: 'too long' },
    { field: '', message: 'too large' },
    { nothing: true },
  ]);
  assert.equal(problems.length, 4);
  assert.equal(problemAt(problems, 'title'), 'give the epic a title');
  assert.equal(problemAt(problems, 'tasks'), 'these tasks wait for each other');
  assert.equal(problemAt(problems, 'tasks.0.acceptance', true), 'too long');
  assert.equal(problemAt(problems, 'tasks.0.key', true), undefined);
  assert.deepEqual(
    problemsElsewhere(problems, ['title', 'tasks']).map(({ message }) => message),
    ['too large'],
  );
  assert.deepEqual(problemsOf('text'), []);
});
