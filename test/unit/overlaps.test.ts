/** Files that tasks touch: which patterns meet, and the fewest dependencies that keep overlapping tasks apart. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FilePattern, overlap, pathsOf } from '../../workflows/contract/file-patterns.ts';
import { inSequence, type OverlapTask, overlapsOf, overlapWords } from '../../workflows/contract/overlaps.ts';
import { Plan, planProblems, TaskInput } from '../../workflows/contract/plan.ts';

const meets = (one: string, other: string): boolean =>
  pathsOf(one).some((path) => pathsOf(other).some((another) => overlap(path, another)));

test('patterns meet where some file fits both', () => {
  const meeting = [
    ['src/cart.ts', './src/cart.ts'],
    ['src/', 'src/shop/cart.ts'],
    ['src/**', 'src/shop/cart.ts'],
    ['**/*.ts', 'src/cart.ts'],
    ['**/*.ts', 'src/'],
    ['src/**/a.ts', 'src/a.ts'],
    ['src/*.ts', 'src/c*'],
    ['*a*b', 'a*'],
    ['src/{cart,price}.ts', 'src/price.ts'],
    ['{a,b}/{c,d}.ts', 'b/c.ts'],
    ['a?c', 'abc'],
    ['a/**/b', 'a/b/**'],
    ['[id].tsx', '[id].tsx'],
    ['**', 'README.md'],
  ] as const;
  for (const [one, other] of meeting) {
    assert.ok(meets(one, other) && meets(other, one), `${one} and ${other}`);
  }
  const apart = [
    ['src/cart.ts', 'src/price.ts'],
    ['src/', 'src-old/cart.ts'],
    ['src/*.ts', 'src/shop/cart.ts'],
    ['*.ts', '*.css'],
    ['**/*.ts', 'Makefile'],
    ['src/{cart,price}.ts', 'src/order.ts'],
    ['a*b*c', 'acb'],
    ['a?c', 'ac'],
    ['src/**/a.ts', 'src/b/c.ts'],
    ['src/a', 'src/a/b'],
  ] as const;
  for (const [one, other] of apart) {
    assert.ok(!meets(one, other) && !meets(other, one), `${one} and ${other}`);
  }
});

test('a pattern that is no path of the repository is refused, and so are too many alternatives', () => {
  for (const wrong of ['/etc/passwd', '../other', 'a/../../b', '!src', '', '{a,b}{c,d}{e,f}{g,h}{i,j}']) {
    assert.equal(FilePattern.safeParse(wrong).success, false, wrong);
  }
  for (const right of ['src/cart.ts', 'docs/', 'a..b', '.github/workflows/*.yml']) {
    assert.equal(FilePattern.safeParse(right).success, true, right);
  }
  const many = (key: string) => TaskInput.parse({ key, title: key, files: Array(20).fill('{a,b}{c,d}{e,f}/x') });
  const [problem] = planProblems(['a', 'b', 'c', 'd'].map(many));
  assert.match(problem?.message ?? '', /name 640 files together/);
});

const NAMES = ['a', 'b', '*', '**', '?', 'ab', 'a*', '*b', '{a,b}'];
const pattern = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
const path = fc
  .array(fc.constantFrom('a', 'b', 'ab', 'aab', 'bb', 'ba'), { minLength: 1, maxLength: 4 })
  .map((names) => names.join('/'));

test('two patterns that a file fits meet, and a file fits itself', () => {
  fc.assert(
    fc.property(path, pattern, pattern, (file, one, other) => {
      assert.ok(meets(file, file));
      if (meets(file, one) && meets(file, other)) assert.ok(meets(one, other));
      assert.equal(meets(one, other), meets(other, one));
    }),
  );
});

/** Tasks that depend on earlier or later ones of a hidden order, without a cycle. */
const plans = fc
  .array(
    fc.tuple(fc.nat(), fc.nat(), fc.boolean(), fc.array(fc.constantFrom('x', 'y', 'z', 'w/', 'w/v'), { maxLength: 3 })),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .chain((rows) => {
    const tasks = rows.map(([a, b, isAlone, files], i): OverlapTask => {
      const needs = i === 0 || isAlone ? [] : [...new Set([`t${a % i}`, `t${b % i}`])];
      return { key: `t${i}`, dependsOn: needs, files: [...new Set(files)] };
    });
    return fc.shuffledSubarray(tasks, { minLength: tasks.length });
  });
const edges = (tasks: readonly OverlapTask[]) =>
  tasks.flatMap(({ key, dependsOn }) => dependsOn.map((on) => `${key}>${on}`));
const without = (tasks: readonly OverlapTask[], edge: string): OverlapTask[] =>
  tasks.map((task) => ({ ...task, dependsOn: task.dependsOn.filter((on) => `${task.key}>${on}` !== edge) }));
const cycles = (tasks: readonly OverlapTask[]) =>
  planProblems(tasks.map((task) => TaskInput.parse({ ...task, title: task.key }))).map(({ message }) => message);

test('in sequence no two tasks overlap, nothing waits in a circle, and no added dependency could be left out', () => {
  fc.assert(
    fc.property(plans, (tasks) => {
      const sequence = inSequence(tasks);
      assert.deepEqual(overlapsOf(sequence), []);
      assert.deepEqual(cycles(sequence), []);
      const before = new Set(edges(tasks));
      assert.ok([...before].every((edge) => edges(sequence).includes(edge)));
      for (const added of edges(sequence).filter((edge) => !before.has(edge))) {
        assert.notDeepEqual(overlapsOf(without(sequence, added)), [], added);
      }
      assert.deepEqual(inSequence(sequence), sequence);
    }),
  );
});

test('a task that has started gets no dependency, and whoever overlaps it waits for it', () => {
  const tasks = [
    { key: 'late', dependsOn: [], files: ['x'] },
    { key: 'running', dependsOn: [], files: ['x'] },
  ];
  assert.deepEqual(
    inSequence(tasks, new Set(['running'])).map(({ dependsOn }) => dependsOn),
    [['running'], []],
  );
});

test('overlaps are told in a few words, and a plan keeps what its tasks touch', () => {
  const task = (key: string, ...files: string[]) => ({ key, title: key, files });
  const plan = Plan.parse([task('cart', 'src/cart.ts', 'a'), task('price', 'src/'), { key: 'bare', title: 'bare' }]);
  assert.deepEqual(overlapsOf(plan), [{ tasks: ['cart', 'price'], files: ['src/cart.ts'] }]);
  assert.equal(overlapWords(overlapsOf(plan)), 'cart and price (src/cart.ts)');
  assert.equal('files' in (plan[2] ?? {}), false);
});
