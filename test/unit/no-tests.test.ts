/** A green check that ran nothing proves nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ranNoTest } from '../../activities/no-tests.ts';

const none: Readonly<Record<string, string>> = {
  pytest: 'collected 0 items\n\n============ no tests ran in 0.01s ============',
  unittest: 'Ran 0 tests in 0.000s\n\nOK',
  node: 'ℹ tests 0\nℹ suites 0\nℹ pass 0',
  'node tap': '1..0\n# tests 0\n# pass 0',
  jest: 'No tests found, exiting with code 0',
  mocha: '\n\n  0 passing (1ms)\n',
  vitest: '\x1b[31mNo test files found, exiting with code 0\x1b[0m',
  go: '?   \texample.com/a\t[no test files]\n?   \texample.com/b\t[no test files]',
  'go run': 'testing: warning: no tests to run\nPASS\nok  \texample.com/a\t0.002s [no tests to run]',
  cargo: 'running 0 tests\n\ntest result: ok. 0 passed; 0 failed\n\nrunning 0 tests\n',
  maven: '[INFO] No tests to run.\r\n[INFO] BUILD SUCCESS',
  gradle: '> Task :compileTestJava NO-SOURCE\n> Task :test NO-SOURCE\n\nBUILD SUCCESSFUL in 1s',
  ctest: 'Test project /a/build\nNo tests were found!!!',
  minitest: 'Finished in 0.01s, 0.0000 runs/s.\n\n0 runs, 0 assertions, 0 failures, 0 errors, 0 skips',
  'test-unit': '0 tests, 0 assertions, 0 failures, 0 errors, 0 pendings, 0 omissions, 0 notifications',
  ExUnit: 'Generated a app\nThere are no tests to run\n',
  bats: '1..0\n',
  prove: 'Files=0, Tests=0,  0 wallclock secs\nResult: NOTESTS\n',
  rspec: 'Finished in 0.0002 seconds\n0 examples, 0 failures',
};
const some: Readonly<Record<string, string>> = {
  pytest: 'collected 3 items\n\ntest_a.py ...\n\n====== 3 passed in 0.01s ======',
  node: 'ℹ tests 12\nℹ suites 0\nℹ pass 12',
  go: '?   \texample.com/a\t[no test files]\nok  \texample.com/b\t0.003s',
  cargo: 'running 4 tests\ntest a ... ok\n\nrunning 0 tests\n',
  'maven with a module that has none':
    '[INFO] No tests to run.\n[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0\n[INFO] BUILD SUCCESS',
  'gradle with a root that has none': '> Task :test NO-SOURCE\n> Task :app:test\n\nBUILD SUCCESSFUL in 1s',
  'gradle with nothing new': '> Task :test NO-SOURCE\n> Task :app:test UP-TO-DATE\n\nBUILD SUCCESSFUL in 1s',
  'dotnet with a project that has none':
    'No test is available in /a/b.dll.\nPassed!  - Failed:     0, Passed:     5, Skipped:     0, Total:     5',
  'phpunit with a suite that has none': 'No tests executed!\n\nOK (12 tests, 24 assertions)',
  'minitest after none': '0 runs, 0 assertions\n\n2 runs, 2 assertions, 0 failures, 0 errors, 0 skips',
  'ctest after none': 'No tests were found!!!\n100% tests passed, 0 tests failed out of 19',
  bats: '1..0\n1..2\nok 1 a\nok 2 b',
  'several runners': 'Ran 0 tests in 0.000s\n\nOK\nℹ tests 12\n',
  'something else': 'linting 0 tests\nall good',
};

for (const [runner, output] of Object.entries(none)) {
  test(`${runner} that ran none is seen`, () => assert.ok(ranNoTest({ command: 'x', exitCode: 0, output })));
}
for (const [runner, output] of Object.entries(some)) {
  test(`${runner} that ran some is not`, () => assert.ok(!ranNoTest({ command: 'x', exitCode: 0, output })));
}
test('the exit code of pytest counts for pytest alone', () => {
  assert.ok(ranNoTest({ command: 'python3 -m pytest -q', exitCode: 5, output: '' }));
  assert.ok(!ranNoTest({ command: 'make', exitCode: 5, output: '' }));
});
