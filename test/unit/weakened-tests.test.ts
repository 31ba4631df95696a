/** Deleted, skipped and weakened tests are found in the common languages, and what strengthens them is let pass. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ChangedTest, findWeakened } from '../../activities/change/weakened-tests.ts';

const lines = (tests: readonly ChangedTest[], criteria = '') => findWeakened(tests, criteria)?.lines ?? [];
const changed = (path: string, before: string, after: string, criteria = '') =>
  lines([{ path, before, after }], criteria).map((line) => line.slice(path.length + 2));

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

test('a file that is deleted is named, one that is renamed is not', () => {
  assert.deepEqual(lines([{ from: 'test/a.js', before: JS }]), ['test/a.js: the file is deleted, with 2 test cases']);
  assert.deepEqual(lines([{ path: 'test/b.js', from: 'test/a.js', before: JS, after: JS }]), []);
  const parts = JS.split("test('matches'");
  const split = [
    { from: 'test/a.js', before: JS },
    { path: 'test/b.js', after: parts[0] as string },
    { path: 'test/c.js', after: `test('matches'${parts[1]}` },
  ];
  assert.deepEqual(lines(split), [], 'all of it moved');
  assert.match(lines(split.slice(0, 2)).join(), /a\.js: the file is deleted/);
});

test('what is lost from a file is counted, by whatever means it was put out of use', () => {
  const gone = /^1 fewer test cases, such as test\('matches'/;
  assert.match(changed('t.js', JS, JS.replace(/test\('matches'.*\n/, '')).join('\n'), gone);
  assert.match(changed('t.js', JS, JS.replace("test('matches'", "// test('matches'")).join('\n'), gone);
  assert.match(changed('t.js', JS, JS.replace(/test\('matches'.*/, '/* $& */')).join('\n'), gone);
  assert.match(
    changed(
      't.js',
      JS,
      JS.replace(/test\('matches'.*/, (all) => `\`${all}\`;`),
    ).join('\n'),
    gone,
  );
  const fewer = changed('t.js', JS, JS.replace('  assert.equal(add(1, 2), 3);\n', ''));
  assert.deepEqual(fewer, ['1 fewer assertions, such as assert.equal(add(1,2),3)']);
});

test('a changed expectation counts, on whichever of its lines, unless the task names the file', () => {
  const after = JS.replace("'two (2)'", "'three'");
  assert.match(
    changed('test/list.test.js', JS, after).join(),
    /^1 changed expectation, such as assert\.deepEqual\(list/,
  );
  assert.deepEqual(changed('test/list.test.js', JS, after, 'As list.test.js says: three.'), []);
  assert.equal(changed('test/list.test.js', JS, after, 'See my-list.test.js').length, 1);
  assert.deepEqual(changed('t.js', JS, JS.replace('[\n', '[ ').replaceAll(/,\n {2}\]/g, ' ]')), [], 'only formatted');
  assert.equal(changed('x.snap', 'exports[`a`] = `1`;\n', 'exports[`a`] = `2`;\n').length, 1);
});

test('more tests, and the same ones elsewhere in the file, are no finding', () => {
  assert.deepEqual(changed('t.js', JS, `${JS}test('more', () => assert.ok(true));\n`), []);
  const [first = '', second = ''] = JS.split(/(?=^test\('matches')/m);
  assert.deepEqual(changed('t.js', JS, second + first), []);
  assert.deepEqual(changed('t.js', JS, JS.replace("'adds'", "'adds two numbers'")), []);
  assert.deepEqual(lines([{ path: 'new.test.js', after: JS }]), []);
});

const SKIPS: readonly [string, string, string][] = [
  ['a.test.ts', "it('x', () => {});", "it.skip('x', () => {});"],
  ['a.test.ts', "it('x', () => {});", "it.only('x', () => {});"],
  ['a.test.ts', "it('x', () => {});", "xit('x', () => {});"],
  ['a.test.ts', "describe('x', () => {});", "xdescribe('x', () => {});"],
  ['a.test.ts', "test('x', () => {});", "test.todo('x', () => {});"],
  ['a.test.ts', "test('x', () => {});", "test('x', { skip: true }, () => {});"],
  ['a.test.ts', "test('x', (t) => {});", "test('x', (t) => { t.skip('later'); });"],
  ['test_a.py', 'def test_x():\n  pass', '@pytest.mark.skip\ndef test_x():\n  pass'],
  ['test_a.py', 'def test_x(self):\n  pass', '@unittest.skip("later")\ndef test_x(self):\n  pass'],
  ['test_a.py', 'def test_x():\n  pass', 'def test_x():\n  pytest.skip("no")\n  pass'],
  ['a_test.go', 'func TestX(t *testing.T) {\n}', 'func TestX(t *testing.T) {\n  t.Skip("later")\n}'],
  ['ATest.java', '@Test void x() {}', '@Disabled @Test void x() {}'],
  ['ATest.java', '@Test public void x() {}', '@Ignore\n@Test public void x() {}'],
  ['a.rs', '#[test]\nfn x() {}', '#[test]\n#[ignore]\nfn x() {}'],
  ['a_spec.rb', 'it "x" do\nend', 'xit "x" do\nend'],
  ['a_spec.rb', 'it "x" do\nend', 'it "x" do\n  skip "later"\nend'],
];

test('skips are found in many languages', () => {
  for (const [path, before, after] of SKIPS) {
    assert.match(changed(path, before, after).join('\n'), /^1 skip added, such as /, after);
  }
});

test('what only looks like a skip is none', () => {
  const harmless =
    "test('x', { skip: false }, () => { stream.skip(2); find({ skip: 10, only: ['a'] }); /* it.skip( */ });";
  assert.deepEqual(changed('a.test.ts', "test('x', () => {});", harmless), []);
});

const LANGUAGES: readonly [string, string, string][] = [
  ['test_a.py', 'def test_x():\n  assert f() == 1\n', 'def test_x():\n  # assert f() == 1\n  pass\n'],
  ['test_a.py', 'def test_x():\n  assert f() == 1\n', 'def test_x():\n  """\n  assert f() == 1\n  """\n'],
  ['test_a.py', '  self.assertEqual(1, f())\n', '  pass\n'],
  ['a_test.go', '  if x != 1 {\n    t.Errorf("no")\n  }\n', ''],
  ['a_test.go', '  require.Equal(t, 1, f())\n', ''],
  ['a.rs', '    assert_eq!(f(), 1);\n', ''],
  ['ATest.java', '  assertThat(f()).isEqualTo(1);\n', ''],
  ['a_spec.rb', '  expect(f).to eq 1\n', ''],
  ['a.cc', '  EXPECT_EQ(f(), 1);\n', ''],
  ['a.test.ts', '  expect(f())\n    .toBe(1);\n', ''],
];

test('assertions are found in many languages', () => {
  for (const [path, before, after] of LANGUAGES) {
    assert.match(changed(path, before, after).join('\n'), /1 fewer assertions, such as /, `${path} ${before}`);
  }
  assert.equal(changed('a.test.ts', '  expect(f())\n    .toBe(1);', '  expect(f())\n    .toBe(2);').length, 1);
});

test('what cannot be read counts as found', () => {
  assert.match(lines([{ path: 'a.snap', before: null, after: 'x' }]).join(), /cannot be compared/);
});

test('whatever is taken away, it is found; whatever is added or reordered, nothing is', () => {
  const assertion = fc.tuple(fc.nat(20), fc.nat(20)).map(([a, b]) => `  assert.equal(f(${a}), ${b}); // )('`);
  const body = fc.array(assertion, { minLength: 1, maxLength: 4 });
  const file = fc.uniqueArray(fc.tuple(fc.nat(50), body), { selector: ([name]) => name, minLength: 1, maxLength: 6 });
  const text = (cases: readonly [number, string[]][]) =>
    cases.map(([name, asserts]) => `test('case ${name}', () => {\n${asserts.join('\n')}\n});\n`).join('\n');
  fc.assert(
    fc.property(file, fc.nat(), fc.nat(), (cases, which, seed) => {
      const reordered = cases.toSorted(([a], [b]) => ((a + seed) % 7) - ((b + seed) % 7));
      assert.deepEqual(changed('a.js', text(cases), text([...reordered, [99, ['  assert.ok(true);']]])), []);
      const at = which % cases.length;
      assert.notDeepEqual(changed('a.js', text(cases), text(cases.toSpliced(at, 1))), []);
      const [name, asserts] = cases[at] as [number, string[]];
      const fewer = cases.with(at, [name, asserts.toSpliced(seed % asserts.length, 1)]);
      assert.notDeepEqual(changed('a.js', text(cases), text(fewer)), []);
    }),
  );
});

test('the hash names what was found: the same for the same, another for another', () => {
  const hash = (after: string) => findWeakened([{ path: 'a.js', before: JS, after }], '')?.hash;
  const without = JS.replace('  assert.equal(add(1, 2), 3);\n', '');
  assert.equal(hash(without), hash(`${without}\n// more`));
  assert.notEqual(hash(without), hash(JS.replace('3);', '4);')));
});
