import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ChangedTest, readTestFiles } from '../../activities/change/compared-tests.ts';
import { joinFindings } from '../../activities/change/join-findings.ts';
import { findWeakened } from '../../activities/change/weakened-tests.ts';
import { createTestReader } from '../../activities/tests/read-in-thread.ts';

const read = createTestReader();
const find = async (tests: readonly ChangedTest[], criteria = '') =>
  findWeakened(await readTestFiles(tests, read), { criteria });
const lines = async (tests: readonly ChangedTest[], criteria = '') =>
  (await find(tests, criteria)).map(({ line }) => line);
const changed = async (path: string, before: string, after: string, criteria = '') =>
  (await lines([{ path, from: path, before, after }], criteria)).map((line) => line.slice(path.length + 2));

const JS = `import assert from 'node:assert/strict';
test('adds', () => {
  assert.equal(add(1, 2), 3);
  assert.deepEqual(list(), [
    'one',
    'two (2)',
  ]);
});
test('matches', () => assert.match(text, /[(]open\\(/));
`;

test('a file that is deleted is named, one that is renamed is not', async () => {
  const deleted = ['test/a.js: the file is deleted, with 2 test cases'];
  assert.deepEqual(await lines([{ from: 'test/a.js', before: JS }]), deleted);
  assert.deepEqual(await lines([{ path: 'test/b.js', from: 'test/a.js', before: JS, after: JS }]), []);
  const [adds = '', matches = ''] = JS.split("test('matches'");
  const split = [
    { from: 'test/a.js', before: JS },
    { path: 'test/b.js', after: adds },
    { path: 'test/c.js', after: `test('matches'${matches}` },
  ];
  assert.deepEqual(await lines(split), [], 'all of it moved');
  assert.deepEqual(await lines(split.slice(0, 2)), ['test/a.js: matches is gone']);
});

test('a name that the runner does not collect is as good as no file', async () => {
  const renamed = { from: 'src/a.test.js', path: 'src/a.tests.js', before: JS, after: JS };
  assert.deepEqual(await lines([renamed]), [
    'src/a.tests.js: the file no longer runs: the runner does not collect its name',
  ]);
  assert.deepEqual(
    await lines([
      { from: 'src/a.test.js', before: JS },
      { path: 'src/a.tests.js', after: JS },
    ]),
    ['src/a.test.js: its 2 test cases no longer run: the runner does not collect src/a.tests.js'],
  );
});

test('a test is gone by whatever means it was put out of use', async () => {
  const gone = ['matches is gone'];
  assert.deepEqual(await changed('t.test.js', JS, JS.replace(/test\('matches'.*\n/, '')), gone);
  assert.deepEqual(await changed('t.test.js', JS, JS.replace("test('matches'", "// test('matches'")), gone);
  assert.deepEqual(await changed('t.test.js', JS, JS.replace(/test\('matches'.*/, '/* $& */')), gone);
  const quoted = JS.replace(/test\('matches'.*/, (all) => `\`${all}\`;`);
  assert.deepEqual(await changed('t.test.js', JS, quoted), gone);
});

test('an assertion that is gone, or expects something else, is named', async () => {
  const fewer = await changed('t.test.js', JS, JS.replace('  assert.equal(add(1, 2), 3);\n', ''));
  assert.deepEqual(fewer, ['adds: 1 fewer assertion: assert.equal(add(1, 2), 3)']);
  const after = JS.replace("'two (2)'", "'three'");
  assert.match(
    (await changed('test/list.test.js', JS, after)).join(),
    /^adds expects something else: .*"two \(2\)".* → .*"three"/,
  );
  assert.deepEqual(await changed('test/list.test.js', JS, after, 'As list.test.js says: three.'), []);
  assert.equal((await changed('test/list.test.js', JS, after, 'See my-list.test.js')).length, 1);
  const reformatted = JS.replace('[\n', '[ ').replaceAll(/,\n {2}\]/g, ' ]');
  assert.deepEqual(await changed('t.test.js', JS, reformatted), [], 'only formatted');
  assert.equal((await changed('x.snap', 'exports[`a`] = `1`;\n', 'exports[`a`] = `2`;\n')).length, 1);
});

test('more tests, and the same ones elsewhere in the file, are no finding', async () => {
  assert.deepEqual(await changed('t.test.js', JS, `${JS}test('more', () => assert.ok(true));\n`), []);
  const [first = '', second = ''] = JS.split(/(?=^test\('matches')/m);
  assert.deepEqual(await changed('t.test.js', JS, second + first), []);
  assert.deepEqual(await changed('t.test.js', JS, JS.replace("'adds'", "'adds two numbers'")), []);
  assert.deepEqual(await lines([{ path: 'new.test.js', after: JS }]), []);
});

test('what cannot be read counts as found', async () => {
  assert.match(
    (await lines([{ path: 'a.snap', from: 'a.snap', before: null, after: 'x' }])).join(),
    /cannot be compared/,
  );
  const deep = `test('x', () => ${'['.repeat(50_000)}`;
  assert.match((await changed('a.test.js', JS, deep)).join(), /cannot be compared|is gone/);
  assert.deepEqual(await changed('t.test.js', JS, JS), [], 'and the next file is read');
});

test('whatever is taken away, it is found; whatever is added or reordered, nothing is', async () => {
  const assertion = fc.tuple(fc.nat(20), fc.nat(20)).map(([a, b]) => `  assert.equal(f(${a}), ${b}); // )('`);
  const body = fc.array(assertion, { minLength: 1, maxLength: 4 });
  const file = fc.uniqueArray(fc.tuple(fc.nat(50), body), { selector: ([name]) => name, minLength: 1, maxLength: 6 });
  const text = (cases: readonly [number, string[]][]) =>
    cases.map(([name, asserts]) => `test('case ${name}', () => {\n${asserts.join('\n')}\n});\n`).join('\n');
  await fc.assert(
    fc.asyncProperty(file, fc.nat(), fc.nat(), async (cases, which, seed) => {
      const reordered = cases.toSorted(([a], [b]) => ((a + seed) % 7) - ((b + seed) % 7));
      assert.deepEqual(await changed('a.test.js', text(cases), text([...reordered, [99, ['  assert.ok(true);']]])), []);
      const at = which % cases.length;
      assert.notDeepEqual(await changed('a.test.js', text(cases), text(cases.toSpliced(at, 1))), []);
      const [name, asserts] = cases[at] as [number, string[]];
      const fewer = cases.with(at, [name, asserts.toSpliced(seed % asserts.length, 1)]);
      assert.notDeepEqual(await changed('a.test.js', text(cases), text(fewer)), []);
    }),
    { numRuns: 15 },
  );
});

test('the hash names what was found: the same for the same, another for another', async () => {
  const hash = async (after: string) =>
    joinFindings({
      ...{ tests: [], checks: [], notes: [] },
      textual: await find([{ path: 'a.test.js', from: 'a.test.js', before: JS, after }]),
    })?.hash;
  const without = JS.replace('  assert.equal(add(1, 2), 3);\n', '');
  assert.equal(await hash(without), await hash(`${without}\n// more`));
  assert.notEqual(await hash(without), await hash(JS.replace('3);', '4);')));
});

test('a shell’s `#` within a word begins no comment, and bats names need no quotes', async () => {
  const bats = `@test sorts {
  sort_list one_element
  [ \${#one_element[@]} -eq 1 ]
  [ "\${one_element[0]}" = 1 ] # the one
}

@test trims {
  [ "$(trim ' a ')" = a ]
}
`;
  const added = bats.replace('@test trims', '@test last {\n  [ "$(last a "b c")" = "b c" ]\n}\n\n@test trims');
  assert.deepEqual(await changed('test/a.bats', bats, added), []);
  assert.deepEqual(await changed('test/a.bats', bats, bats.replace(' -eq 1 ]', ' -ge 0 ]')), [
    'sorts expects something else: [$ {#one_element[@] } - eq 1] → [$ {#one_element[@] } - ge 0]',
  ]);
  assert.deepEqual(await changed('test/a.bats', bats, bats.replace(/@test trims[\s\S]*/, '')), ['trims is gone']);
});
