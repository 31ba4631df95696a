/** Which tests are named as lost when what ran on the base is compared with what ran at the head. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareRuns } from '../../activities/change/compare-runs.ts';
import { type ChangedTest, readTestFiles } from '../../activities/change/compared-tests.ts';
import { coversFile } from '../../activities/change/covered-files.ts';
import { joinFindings } from '../../activities/change/join-findings.ts';
import { findWeakened } from '../../activities/change/weakened-tests.ts';
import type { Collected } from '../../activities/reports/collect-report.ts';
import type { Outcome, SuiteCount, TestRun } from '../../activities/reports/test-report.ts';
import { createTestReader } from '../../activities/tests/read-in-thread.ts';

const run = (id: string, outcome: Outcome = 'passed', suite = 'tests.test_a'): TestRun => ({ id, suite, outcome });
const read = (runs: readonly TestRun[], counts: readonly SuiteCount[] = []): Collected => ({
  kind: 'read',
  report: { runs, counts },
});
const never = () => false;
const compared = (base: Collected, head: Collected) =>
  compareRuns({ name: 'check', base, head }, never).map(({ line }) => line);

test('a test that ran and is gone, skipped, todo, red or run less often is named, and what did not run is not', () => {
  const base = [
    ...['gone', 'skipped', 'todo', 'red', 'kept', 'twice', 'twice'].map((id) => run(id)),
    ...[run('was skipped', 'skipped'), run('was red', 'failed')],
  ];
  const head = [
    ...[run('skipped', 'skipped'), run('todo', 'todo'), run('red', 'failed'), run('kept'), run('twice'), run('new')],
  ];
  assert.deepEqual(compared(read(base), read(head)), [
    'check: tests.test_a > gone no longer runs',
    'check: tests.test_a > skipped ran on the base, and now is skipped',
    'check: tests.test_a > todo ran on the base, and now is only a todo',
    'check: tests.test_a > red ran on the base, and now fails',
    'check: tests.test_a > twice ran 2 times on the base, and now 1',
  ]);
});

test('a new test that does not run is named, and one that did not run before either may have another name', () => {
  const base = read([run('a'), run('old', 'skipped')]);
  assert.deepEqual(compared(base, read([run('a'), run('renamed', 'skipped')])), []);
  assert.deepEqual(compared(base, read([run('a'), run('old', 'skipped'), run('b', 'todo'), run('c')])), [
    'check: tests.test_a > b is new, and is only a todo',
  ]);
});

test('a suite whose count fell is named, and so is a report that is gone', () => {
  const count = (passed: number, skipped = 0): SuiteCount => ({ suite: 'Jest', passed, skipped });
  assert.deepEqual(compared(read([], [count(3)]), read([], [count(2, 1)])), [
    'check: Jest: 3 tests ran on the base, and now 2, 1 more are skipped',
  ]);
  assert.deepEqual(compared(read([], [count(3)]), read([], [count(4)])), []);
  assert.deepEqual(compared(read([], [count(3)]), read([], [count(3, 1)])), [
    'check: Jest: 3 tests ran on the base, and now 3, 1 more are skipped',
  ]);
  assert.deepEqual(compared(read([run('a')]), { kind: 'none' }), [
    'check: 1 tests ran on the base, and now none of its tests can be seen any more',
  ]);
  assert.deepEqual(compared(read([run('a')]), { kind: 'unreadable', reason: 'it is cut off' }), [
    'check: 1 tests ran on the base, and now the report cannot be read: it is cut off',
  ]);
  assert.deepEqual(compared({ kind: 'none' }, read([run('a')])), []);
});

test('where one side is only counted, it is compared with the number of tests on the other', () => {
  const mocha = (...ids: string[]) => ids.map((id) => ({ ...run(id), runner: 'Mocha' }));
  const count = (passed: number): SuiteCount => ({ suite: 'Mocha', passed, skipped: 0 });
  const base = read([...mocha('a', 'b', 'c'), run('other')]);
  assert.deepEqual(compared(base, read([run('other')], [count(3)])), []);
  assert.deepEqual(compared(base, read([run('other')], [count(1), count(1)])), [
    'check: Mocha: 3 tests ran on the base, and now 2',
  ]);
  assert.deepEqual(compared(read([], [count(2), count(1)]), read(mocha('a', 'b'))), [
    'check: Mocha: 3 tests ran on the base, and now 2',
  ]);
  assert.deepEqual(compared(read([], [count(2), count(1)]), read([], [count(2), count(1)])), []);
  // Runs that are listed on both sides are compared by their ids.
  assert.deepEqual(compared(read(mocha('a'), [count(1)]), read(mocha('b'), [count(1)])), [
    'check: tests.test_a > a no longer runs',
  ]);
  assert.deepEqual(compared(base, read([run('other')])).length, 3);
});

test('as many are named as are lost, whatever the rest, and a move to another suite is none', () => {
  const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 5 }), { maxLength: 20 });
  fc.assert(
    fc.property(ids, fc.infiniteStream(fc.constantFrom('kept', 'gone', 'skipped', 'moved')), (names, fates) => {
      const given = names.map((id) => ({ id, fate: fates.next().value as string }));
      const head = given.flatMap(({ id, fate }) => {
        if (fate === 'gone') return [];
        return [run(id, fate === 'skipped' ? 'skipped' : 'passed', fate === 'moved' ? 'elsewhere' : 'tests.test_a')];
      });
      const lost = given.filter(({ fate }) => fate === 'gone' || fate === 'skipped');
      assert.equal(compared(read(names.map((id) => run(id))), read(head)).length, lost.length);
    }),
  );
});

test('a report of as many tests as are kept is compared at once, whatever they are called', async () => {
  const all = (name: (number: number) => string) =>
    read(Array.from({ length: 50_000 }, (_, number) => run(name(number))));
  const began = performance.now();
  assert.equal(
    compared(
      all(String),
      all((number) => `new ${number}`),
    ).length,
    50_000,
  );
  assert.equal(
    compared(
      all(() => 'same'),
      all(() => 'other'),
    ).length,
    1,
  );
  // Pair by pair it would take minutes, and the activity could not heartbeat.
  assert.ok(performance.now() - began < 20_000);
});

const FILE = 'tests/test_a.py';
const text = (...names: string[]) => names.map((name) => `def ${name}():\n    assert one() == 1\n`).join('\n');
const readTexts = createTestReader();
async function found(changed: readonly ChangedTest[], base: Collected, head: Collected) {
  const tests = await readTestFiles(changed, readTexts);
  const textual = findWeakened(tests, { criteria: '' });
  return joinFindings({ tests, textual, checks: [{ name: 'check', base, head }], notes: [] })?.lines ?? [];
}
const joined = (
  before: string,
  after: string | undefined,
  head: readonly TestRun[],
  base = [run('test_a'), run('test_b')],
) => found([{ from: FILE, before, ...(after === undefined ? {} : { path: FILE, after }) }], read(base), read(head));

test('a test is renamed where the texts show it, and gone where it is replaced', async () => {
  const before = text('test_a', 'test_b');
  assert.deepEqual(await joined(before, text('test_a', 'test_c'), [run('test_a'), run('test_c')]), []);
  const unplaced = [run('test_a', 'passed', ''), run('test_b', 'passed', '')];
  const renamed = [run('test_a', 'passed', ''), run('test_c', 'passed', '')];
  assert.deepEqual(await joined(before, text('test_a', 'test_c'), renamed, unplaced), []);
  const replaced = `${text('test_a')}\ndef test_c(x=1):\n    assert one() == 1\n`;
  assert.deepEqual(await joined(before, replaced, [run('test_a'), run('test_c')]), [
    'check: tests.test_a > test_b no longer runs',
  ]);
});

test('what ran decides about cases and skips of the files that it covers, and about nothing else', async () => {
  const before = text('test_a', 'test_b');
  // A helper that only looks like a case, and a word that only looks like a skip.
  const after = `${before}\n@skip_in_words\ndef helper():\n    pass\n`.replace(
    'def test_b',
    '@pytest.mark.skip\ndef test_b',
  );
  const tests = await readTestFiles([{ from: FILE, path: FILE, before, after }], readTexts);
  assert.notDeepEqual(findWeakened(tests, { criteria: '' }), []);
  assert.deepEqual(await joined(before, after, [run('test_a'), run('test_b')]), []);
  const inCi = before.replace('def test_b', "@pytest.mark.skipif('CI' in os.environ)\ndef test_b");
  assert.match((await joined(before, inCi, [run('test_a'), run('test_b')]))[0] ?? '', /test_b is skipped/);
  const elsewhere = [run('test_a', 'passed', 'tests.test_z'), run('test_b', 'passed', 'tests.test_z')];
  assert.match((await joined(before, after, elsewhere, elsewhere))[0] ?? '', /is skipped/);
  const weaker = before.replace('assert one() == 1', 'one()');
  assert.match((await joined(before, weaker, [run('test_a'), run('test_b')]))[0] ?? '', /1 fewer assertion/);
  assert.deepEqual(await joined(before, undefined, []), [
    'check: tests.test_a > test_a no longer runs',
    'check: tests.test_a > test_b no longer runs',
  ]);
});

test('files are known by what each runner says of its tests', () => {
  const covers = (suite: string, path: string, file?: string) =>
    coversFile({ runs: [{ ...run('t', 'passed', suite), ...(file === undefined ? {} : { file }) }], counts: [] }, path);
  assert.equal(covers('tests.test_a.TestA', FILE), true);
  assert.equal(covers('tests.test_ab', FILE), false);
  assert.equal(covers('com.a.ThingTest', 'src/test/java/com/a/ThingTest.java'), true);
  assert.equal(covers('com.a.OtherTest', 'src/test/java/com/a/ThingTest.java'), false);
  assert.equal(covers('example.test/a/b', 'b/b_test.go'), true);
  assert.equal(covers('example.test/a/b', 'c/c_test.go'), false);
  assert.equal(covers('tests/a.rs', 'tests/a.rs'), true);
  assert.equal(covers('add', 'test/a.test.js', 'test/a.test.js'), true);
  assert.equal(covers('add', 'test/b.test.js', 'test/a.test.js'), false);
});

test('a test that is replaced is gone, whatever takes its place', async () => {
  const before =
    "test('adds', () => { assert.equal(add(1), 2); });\ntest('refuses text', () => { assert.throws(add); });\n";
  const after = before.replace(/test\('refuses.*/, "test('is loaded', () => { assert.ok(true); });");
  const at = (id: string): TestRun => ({ id, suite: '', file: 'test/a.test.js', outcome: 'passed' });
  const changed = [{ path: 'test/a.test.js', from: 'test/a.test.js', before, after }];
  const judged = (base: Collected, head: Collected) => found(changed, base, head);
  const named = await judged(read([at('adds'), at('refuses text')]), read([at('adds'), at('is loaded')]));
  assert.match(named.join(), /refuses text/);
  const count = [{ suite: 'test/a.test.js', passed: 2, skipped: 0 }];
  assert.deepEqual(await judged(read([], count), read([], count)), ['test/a.test.js: refuses text is gone']);
});

test('a test is not there because of another one with its name in its own', async () => {
  const before = ['adds', 'adds more'].map((name) => `test('${name}', () => assert.equal(add(1), 2));\n`).join('');
  const at = (id: string, outcome: Outcome = 'passed'): TestRun => ({
    ...run(id, outcome, ''),
    file: 'test/a.test.js',
  });
  const changed = (after: string) => [{ path: 'test/a.test.js', from: 'test/a.test.js', before, after }];
  const fewer = changed(before.slice(before.indexOf('\n') + 1));
  const base = read([at('adds', 'failed'), at('adds more')]);
  assert.deepEqual(await found(fewer, base, read([at('adds more')])), ['test/a.test.js: adds is gone']);
  assert.deepEqual(await found(fewer, base, read([at('adds more'), at('adds')])), []);
  assert.deepEqual(await found(changed("test('other', () => {});\n"), base, read([at('other')])), [
    'check: test/a.test.js: adds more no longer runs',
    'test/a.test.js: adds is gone',
  ]);
});

test('a new file is missed in a report of its kind where it holds a test, whatever words it holds', async () => {
  const report = read([run('test_a')]);
  const added = async (path: string, after: string) =>
    (await found([{ path, after }], report, report)).filter((line) => line.startsWith('check: '));
  const missed = ['check: tests/checks/test_new.py is new, and no test of it ran'];
  assert.deepEqual(await added('tests/checks/test_new.py', text('test_b')), missed);
  assert.deepEqual(await added('tests/checks/test_new.py', '# def test_b is elsewhere\nvalue = "def test_b"\n'), []);
  assert.deepEqual(await added('tests/new.test.js', "test('b', () => assert.ok(b()));\n"), []);
  const jvm = read([run('adds', 'passed', 'com.a.Thing')]);
  assert.deepEqual(await found([{ path: 'tests/test_new.py', after: text('test_b') }], jvm, jvm), []);
});

test('a name that differs from run to run is the same test', () => {
  const at = (time: string) => read([run(`handles 2026-11-30T${time}Z of 0x7ffe12`)]);
  assert.deepEqual(compared(at('10:00:00'), at('11:00:00')), []);
  assert.equal(compared(read([run('adds 1')]), read([run('adds 2')])).length, 1);
});
