/** Reports of test runners in their own words, and what is no report. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readGoJson } from '../../activities/reports/go-json.ts';
import { readJunit } from '../../activities/reports/junit.ts';
import { readNodeEvents } from '../../activities/reports/node-events.ts';
import { readPrinted } from '../../activities/reports/printed-tests.ts';
import { readTap } from '../../activities/reports/tap.ts';
import { joinReports, MOST_RUNS, type TestReport, UnreadableReport } from '../../activities/reports/test-report.ts';
import { readTrx } from '../../activities/reports/trx.ts';

const listed = ({ runs }: TestReport) =>
  runs.map(({ id, suite, file, outcome }) => [file, suite, id, outcome].filter((each) => each).join(' | '));
const printed = (text: string) => readPrinted(text) ?? { runs: [], counts: [] };

test('JUnit: each outcome, the class or the suite, and the file where it is told', () => {
  const text = `<?xml version="1.0"?><testsuites><testsuite name="s">
    <testcase classname="tests.test_a.TestA" name="a &amp; b[1-&quot;x&quot;]" time="0.1"/>
    <testcase name="b"><skipped type="pytest.skip" message="later">text</skipped></testcase>
    <testcase name="c" file="t/c.js"><failure>no</failure></testcase>
    <testcase name="d"><error/></testcase><testcase name="e" classname="test"><skipped type="todo"/></testcase>
    <testcase name="f" status="notrun"/>
    <testcase name="t/hollow.js" classname="test" file="/w/t/hollow.js"/>
  </testsuite></testsuites>`;
  assert.deepEqual(listed(readJunit(text)), [
    'tests.test_a.TestA | a & b[1-"x"] | passed',
    's | b | skipped',
    't/c.js | s | c | failed',
    's | d | failed',
    's | e | todo',
    's | f | skipped',
  ]);
});

/** A point within as many others. */
const nestedTap = (levels: number) =>
  `${Array.from({ length: levels + 1 }, (_, level) => `${' '.repeat(levels - level)}ok 1 - a\n`).join('')}1..1\n`;

const refused: Readonly<Record<string, () => unknown>> = {
  'a document type with entities': () =>
    readJunit('<!DOCTYPE t [<!ENTITY a "b">]><testsuite><testcase name="&a;"/></testsuite>'),
  'a document type alone': () => readJunit('<!DOCTYPE testsuite><testsuite/>'),
  'an entity of nowhere': () => readJunit('<testsuite><testcase name="&a;"/></testsuite>'),
  'XML that is cut off': () => readJunit('<testsuite><testcase name="a"/><testc'),
  'XML of something else': () => readJunit('<html></html>'),
  'XML without an end of depth': () => readJunit(`<testsuite>${'<a>'.repeat(100_000)}`),
  'an empty file': () => readJunit(''),
  'XML in the place of TRX': () => readTrx('<testsuite/>'),
  'TAP that is cut off': () => readTap('1..3\nok 1 - a\nok 2 - b\n'),
  'TAP without a plan': () => readTap('ok 1 - a\n'),
  'TAP without an end of depth': () => readTap(nestedTap(21)),
  'no TAP': () => readTap('hello\n'),
  'an event that is cut off': () => readGoJson('{"Action":"run","Package":"p","Test":"A"}\n{"Action":"pa'),
  'no event': () => readGoJson('ok  p 0.1s\n'),
  'too many tests': () =>
    joinReports([{ counts: [], runs: Array(MOST_RUNS + 1).fill({ id: 'a', suite: '', outcome: 'passed' }) }]),
};
for (const [what, read] of Object.entries(refused)) {
  test(`${what} cannot be read, and says so`, () => {
    assert.throws(read, UnreadableReport);
  });
}

test('whatever is in a file, reading it ends with tests or in words', () => {
  const readers = [readJunit, readTrx, readTap, readGoJson, readNodeEvents, printed];
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '<testsuite>',
      '</testcase>',
      '<testcase name="a"',
      '1..',
      'ok 1 - ',
      '{"Action":',
      '\n',
      '    ',
      '# ',
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.constantFrom(...readers), (pieces, read) => {
      try {
        assert.ok(Array.isArray(read(pieces.join('')).runs));
      } catch (error) {
        assert.ok(error instanceof UnreadableReport, String(error));
      }
    }),
  );
});

test('TAP: subtests have their parents as suite, directives their outcome, a hollow file is no test', () => {
  const text = `TAP version 13
# Subtest: outer
    # Subtest: inner
        ok 1 - deep
          ---
          ok: 1
          ...
        1..1
    ok 1 - inner
    not ok 2 - red
    1..2
not ok 1 - outer
ok 2 - later # SKIP not now
not ok 3 - some day # TODO
ok 4
ok 5 - test/hollow.test.js
1..5
`;
  assert.deepEqual(listed(readTap(text)), [
    'outer > inner | deep | passed',
    'outer | red | failed',
    'later | skipped',
    'some day | todo',
    '4 | passed',
  ]);
});

test('TAP is read as deep as suites are nested', () => {
  assert.equal(readTap(nestedTap(20)).runs.length, 1);
});

test('a line of digits is read at once', () => {
  const text = `Tests: ${'1'.repeat(1_900)} total\n`.repeat(200);
  const began = performance.now();
  assert.deepEqual(printed(text).counts, [{ suite: 'Jest', passed: 0, skipped: 0 }]);
  // From each digit again it would take seconds.
  assert.ok(performance.now() - began < 1_000);
});

test('go test: the same tests from its events and from what it prints', () => {
  const events = ['run A', 'pass A', 'skip B', 'fail C/sub_1'].map((words) => {
    const [Action, Test] = words.split(' ');
    return JSON.stringify({ Action, Package: 'example.test/a', Test });
  });
  const expected = ['example.test/a | A | passed', 'example.test/a | B | skipped', 'example.test/a | C/sub_1 | failed'];
  assert.deepEqual(
    listed(readGoJson(`# build\n${events.join('\n')}\n{"Action":"pass","Package":"example.test/a"}\n`)),
    expected,
  );
  const lines = `=== RUN   A
--- PASS: A (0.00s)
--- SKIP: B (0.00s)
    --- FAIL: C/sub_1 (0.00s)
FAIL
FAIL\texample.test/a\t0.004s
`;
  assert.deepEqual(listed(printed(lines)), expected);
});

test('TRX: the class of each result', () => {
  const text = `\uFEFF<TestRun><Results>
    <UnitTestResult testId="1" testName="A.B.One" outcome="Passed"/>
    <UnitTestResult testId="2" testName="A.B.Two" outcome="NotExecuted"/></Results>
    <TestDefinitions><UnitTest id="1"><TestMethod className="A.B"/></UnitTest></TestDefinitions></TestRun>`;
  assert.deepEqual(listed(readTrx(text)), ['A.B | A.B.One | passed', 'A.B.Two | skipped']);
});

test('cargo, unittest and Mocha: each test as it is printed', () => {
  const cargo = `     Running unittests src/lib.rs (target/debug/deps/a-1)
test t::alpha ... ok
test t::beta ... ignored, later
   Doc-tests a
test src/lib.rs - one (line 3) ... ok
        PASS [   0.004s] a::tests gamma
`;
  assert.deepEqual(listed(printed(cargo)), [
    'src/lib.rs | t::alpha | passed',
    'src/lib.rs | t::beta | skipped',
    'doc a | src/lib.rs - one | passed',
    'a::tests | gamma | passed',
  ]);
  const unittest = `test_a (tests.test_a.TestA.test_a) ... ok
test_b (tests.test_a.TestA.test_b)
Says more ... skipped 'later'
test_c (tests.test_a.TestA) ... FAIL
`;
  assert.deepEqual(listed(printed(unittest)), [
    'tests.test_a.TestA | test_a | passed',
    'tests.test_a.TestA | test_b | skipped',
    'tests.test_a.TestA | test_c | failed',
  ]);
  const mocha = `\n  outer\n    inner\n      ✔ one (52ms)\n      - two\n    ✔ three\n\n\n  2 passing (8ms)\n  1 pending\n`;
  assert.deepEqual(listed(printed(mocha)), [
    'outer > inner | one | passed',
    'outer > inner | two | skipped',
    'outer | three | passed',
  ]);
});

test('output is TAP where it says so, unless the same tests were reported otherwise or its plan is not kept', () => {
  const text = 'hello\nTAP version 13\nok 1 - a\n1..1\n';
  assert.deepEqual(listed(printed(text)), ['a | passed']);
  assert.equal(readPrinted(text, ['TAP']), undefined);
  assert.equal(readPrinted('ok 1 - a\n1..1\n'), undefined);
  assert.equal(readPrinted('TAP version 13\nok 1 - a\n1..2\n'), undefined);
});

test('where Mocha counts other numbers than its lines, the numbers count', () => {
  const text = '  - an item of a list\n\n  outer\n    ✔ one\n\n\n  1 passing (8ms)\n';
  assert.deepEqual(printed(text), { runs: [], counts: [{ suite: 'Mocha', passed: 1, skipped: 0 }] });
});

test('runners that only count are counted', () => {
  const counted = (text: string) => printed(text).counts.map(({ suite, passed, skipped }) => [suite, passed, skipped]);
  assert.deepEqual(counted('Tests:       1 skipped, 1 todo, 3 passed, 5 total\n'), [['Jest', 3, 2]]);
  assert.deepEqual(counted(' ✓ test/a.test.ts (3 tests | 1 skipped) 4ms\n'), [['test/a.test.ts', 2, 1]]);
  assert.deepEqual(counted('OK (2 tests, 3 assertions)\n'), [['PHPUnit', 2, 0]]);
  assert.deepEqual(counted('Tests: 3, Assertions: 2, Skipped: 1.\n'), [['PHPUnit', 2, 1]]);
  assert.deepEqual(counted('4 examples, 0 failures, 1 pending\n'), [['RSpec', 3, 1]]);
  assert.deepEqual(counted('Ran 5 tests in 0.001s\n\nOK (skipped=2)\n'), [['unittest', 3, 2]]);
  assert.deepEqual(counted('3 runs, 4 assertions, 0 failures, 0 errors, 1 skips\n'), [['minitest', 2, 1]]);
  assert.deepEqual(counted('nothing of a runner\n'), []);
});

test('node:test by our reporter: suites, what is skipped, and no file that was hollow', () => {
  const event = (name: string, suite: string[], outcome: string, kind?: string) =>
    JSON.stringify({ name, suite, outcome, kind, file: '/w/test/a.js' });
  const lines = [
    ...[event('one', ['add'], 'pass'), event('add', [], 'pass', 'suite'), event('later', [], 'skipped', 'suite')],
    ...[event('/w/test/hollow.js', [], 'pass'), event('two', [], 'todo'), '{"name":"cut'],
  ];
  const report = joinReports([readNodeEvents(lines.join('\n'))], ['/w']);
  assert.deepEqual(listed(report), [
    'test/a.js | add | one | passed',
    'test/a.js | later | skipped',
    'test/a.js | two | todo',
  ]);
});

test('what differs from run to run is no part of a name', () => {
  const run = (id: string) => ({ id, suite: '/w/a', outcome: 'passed' as const });
  const { runs } = joinReports([{ counts: [], runs: [run('<A object at 0x7f3a2b1c>'), run('/w/a/b file')] }], ['/w/a']);
  assert.deepEqual(
    runs.map(({ id, suite }) => [id, suite]),
    [
      ['<A object at 0x…>', '.'],
      ['b file', '.'],
    ],
  );
});
