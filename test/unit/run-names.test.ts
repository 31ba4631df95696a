/** Which runs are runs of which tests, by the ids that runners build. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bareName, createNames } from '../../activities/change/run-names.ts';

/** The file, the test by its names, the id of a run of it, and ids of runs of others. */
const RUNNERS: readonly (readonly [runner: string, path: string, test: string, id: string, others: string[]])[] = [
  ['pytest', 'tests/test_a.py', 'TestA › test_a', 'test_a', ['test_ab', 'test_b[test_a]', 'a_test_a']],
  ['pytest, with values', 'tests/test_a.py', 'test_a', 'test_a[1-x]', ['test_ab[1]']],
  ['node:test, Jest, RSpec', 'a.test.ts', 'add › adds', 'adds', ['adds more', 'never adds', 'reads x/adds']],
  ['Vitest', 'a.test.ts', 'add › adds', 'add > adds', ['add > adds more', 'never > adds']],
  ['Playwright', 'a.spec.ts', 'page › opens', 'page › opens', ['page › opens twice']],
  ['jest-junit', 'a.test.ts', 'add › adds', 'add adds', ['add adds more']],
  ['Jest, with values', 'a.test.ts', 'adds %i and %i', 'adds 1 and 2', ['adds 1', 'never adds 1 and 2']],
  ['Jest, with quotes', 'a.test.ts', "doesn\\'t add", "doesn't add", ["doesn't add more"]],
  ['Go', 'a_test.go', 'TestA', 'TestA', ['TestAB', 'TestA/sub']],
  [
    'Go, a part',
    'a_test.go',
    'TestA › with spaces',
    'TestA/with_spaces',
    ['TestB/with_spaces', 'TestA/with_spaces_too'],
  ],
  ['Go, a suite', 'a_test.go', 'TestMethod', 'TestSuite/TestMethod', ['TestSuite/TestMethods']],
  ['cargo', 'src/a.rs', 'tests › adds', 'a::tests::adds', ['a::tests::adds_more', 'a::more::adds']],
  ['rstest', 'tests/a.rs', 'adds', 'adds::case_2', ['adds_more::case_2']],
  ['Surefire', 'src/test/ATest.java', 'ATest › adds', 'adds(int)[1]', ['addsMore(int)[1]']],
  ['Gradle', 'src/test/ATest.kt', 'ATest › `adds more`', 'adds more()', ['adds()']],
  ['dotnet test', 'ATests.cs', 'ATests › Adds', 'Ns.ATests.Adds(a: 1)', ['Ns.ATests.AddsMore']],
  ['PHPUnit', 'ATest.php', 'ATest › testAdds', 'testAdds with data set #0', ['testAddsMore']],
  ['Pest', 'ATest.php', 'adds', 'it adds', ['it adds more']],
  ['Rails', 'a_test.rb', 'ATest › adds more', 'test_adds_more', ['test_adds']],
  ['ExUnit', 'a_test.exs', 'add › adds', 'test add adds', ['test add adds more']],
];

for (const [runner, path, shown, id, others] of RUNNERS) {
  test(`${runner}: a test ran by its own name`, () => {
    const has = (...ids: string[]) =>
      createNames(
        path,
        ids.map((each) => ({ id: each, suite: 'Ns.ATests' })),
      )(shown.split(' › '));
    assert.equal(has(...others, id), true);
    for (const other of others) assert.equal(has(other), false, other);
  });
}

test('a test without a name, or of values alone, is known by no run', () => {
  const has = createNames('a.test.ts', [{ id: 'adds', suite: '' }]);
  assert.deepEqual([[], [''], ['(no name)'], ['%s'], ['$name']].map(has), [false, false, false, false, false]);
});

test('whatever the names, a run is of the test whose name it bears, and of no longer or shorter one', () => {
  const name = fc.stringMatching(/^[a-z]{1,8}( [a-z]{1,8})?$/);
  const paths = fc.constantFrom('a.test.ts', 'test_a.py', 'a_test.go', 'a.rs', 'ATest.java', 'a.cs', 'a_test.exs');
  fc.assert(
    fc.property(name, fc.stringMatching(/^[a-z]{1,4}$/), paths, (own, more, path) => {
      const has = createNames(path, [{ id: own, suite: 'S' }]);
      assert.equal(has([own]), true);
      for (const other of [`${own}${more}`, `${own} ${more}`, `${more}${own}`])
        assert.equal(has([other]), false, other);
    }),
  );
});

test('the bare name of a run is what stands in the text', () => {
  const bare = (id: string, path: string) => bareName({ id, suite: 'Ns.ATests' }, path);
  assert.equal(bare('test_a[1]', 'test_a.py'), 'test_a');
  assert.equal(bare('TestA/sub#01', 'a_test.go'), 'sub');
  assert.equal(bare('Ns.ATests.Adds(a: 1)', 'a.cs'), 'Adds');
  assert.equal(bare('reads a/b (fast)', 'a.test.ts'), 'reads a/b (fast)');
});
