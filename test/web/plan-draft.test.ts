/** A plan while it is changed in the browser: only what has not started, and what was not touched goes as it was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeTask, EMPTY_TASK, moveTask } from '../../web/data/epic-draft.ts';
import { draftsOf, givenTasks, isChanged } from '../../web/data/plan-draft.ts';
import type { Plan } from '../../web/data/plans.ts';

const task = (key: string, hasStarted: boolean, rest: object = {}) => ({
  ...{
    id: `shop.${key}`,
    key,
    title: `Do ${key}`,
    description: '',
    acceptance: [],
    criteria: [],
    dependsOn: [],
    files: [],
    budgetUsd: null,
    budgetTokens: null,
  },
  ...{ state: 'PENDING' as const, hasStarted, checked: null },
  ...rest,
});
const criteria = ['- is a list\n- of two lines', 'is short'];
const PLAN: Plan = {
  ...{ epicId: 'shop', revision: 3, overlaps: [], revisions: [] },
  tasks: [
    task('done', true),
    task('cart', false, { acceptance: criteria, files: ['src/'] }),
    task('pay', false, { dependsOn: ['cart'], budgetUsd: 2.5, budgetTokens: 90_000 }),
  ],
};

test('what is sent of an untouched plan is the plan', () => {
  const drafts = draftsOf(PLAN);
  assert.deepEqual(
    drafts.map(({ key }) => key),
    ['cart', 'pay'],
  );
  assert.equal(isChanged(PLAN, drafts), false);
  const [cart, pay] = givenTasks(PLAN, drafts);
  const { title, description, dependsOn } = PLAN.tasks[1] as Plan['tasks'][number];
  assert.deepEqual(cart, { key: 'cart', title, description, acceptance: criteria, dependsOn, files: ['src/'] });
  assert.deepEqual([pay?.budgetUsd, pay?.budgetTokens], [2.5, 90_000]);
});

test('another order is a change, and a cap is sent where one is given', () => {
  const [cart, pay] = draftsOf(PLAN);
  assert.ok(cart && pay);
  assert.equal(isChanged(PLAN, moveTask([cart, pay], cart.id, 1)), true);
  const [capped, free] = givenTasks(PLAN, [{ ...pay, budgetTokens: 9_000 }, cart]);
  assert.equal(capped?.budgetTokens, 9_000);
  assert.equal(free !== undefined && 'budgetTokens' in free, false);
});

test('a renamed task is followed, a new one is sent as it was typed, and changed criteria are read by the line', () => {
  const [cart, pay] = draftsOf(PLAN);
  const renamed = changeTask(draftsOf(PLAN), cart?.id ?? '', { key: 'basket', acceptance: 'is short\nis whole\n' });
  const added = { ...EMPTY_TASK, id: 'new', key: 'print', title: ' Print ', files: 'a.ts\n\nb.ts' };
  const given = givenTasks(PLAN, [...renamed, added]);
  assert.equal(isChanged(PLAN, renamed), true);
  assert.deepEqual(given[0]?.acceptance, ['is short', 'is whole']);
  assert.deepEqual([given[1]?.key, given[1]?.dependsOn], [pay?.key, ['basket']]);
  assert.deepEqual(given[2], {
    ...{ key: 'print', title: 'Print', description: '', acceptance: [], dependsOn: [], files: ['a.ts', 'b.ts'] },
  });
});
