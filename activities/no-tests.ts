/** Whether a check was green, or red, because no test ran: what the usual runners print then. */
import { withoutColors } from './without-colors.ts';

/** Each is a whole line of a runner that found nothing to run; a run with tests prints none of them. */
const SAID: readonly RegExp[] = [
  // pytest, unittest
  /^=*\s*no tests ran\b/m,
  /^collected 0 items\s*$/m,
  /^Ran 0 tests in /m,
  // node:test
  /^(?:# tests|ℹ tests) 0$/m,
  // Jest, Vitest, Mocha
  /^No tests found\b/m,
  /^\s*No test files found\b/m,
  /^\s*0 passing\b/m,
  // go test, when no package has any
  /^testing: warning: no tests to run$/m,
  // Maven, Gradle
  /^\[INFO\] No tests to run\.$/m,
  /^> Task :test NO-SOURCE$/m,
  // RSpec, PHPUnit, dotnet
  /^0 examples, 0 failures/m,
  /^No tests executed!$/m,
  /^No test is available in /m,
  // CTest, minitest and test-unit, ExUnit, TAP (Bats), prove
  /^No tests were found!!!$/m,
  /^0 (?:runs|tests), 0 assertions\b/m,
  /^There are no tests to run$/m,
  /^1\.\.0\s*$/m,
  /^Result: NOTESTS$/m,
];
/** A line of `go test` about one package; when there is no other line, no package has a test. */
const GO_PACKAGE = /^(?:ok|FAIL|---|\?)\s+\S+/;
const GO_WITHOUT = /^\?\s+\S+\s+\[no test files\]$/;
/** cargo says it for each binary. */
const CARGO_BINARY = /^running (\d+) tests?$/gm;

/** pytest's own exit code for it. */
const PYTEST_NONE = 5;

export function ranNoTest({
  command,
  exitCode,
  output,
}: {
  command: string;
  exitCode: number;
  output: string;
}): boolean {
  if (exitCode === PYTEST_NONE && /\bpytest\b/.test(command)) return true;
  const text = withoutColors(output).replaceAll('\r\n', '\n');
  if (SAID.some((line) => line.test(text))) return !saysOfTests(text);
  const packages = text.split('\n').filter((line) => GO_PACKAGE.test(line));
  if (packages.length > 0 && packages.every((line) => GO_WITHOUT.test(line))) return true;
  const binaries = [...text.matchAll(CARGO_BINARY)];
  return binaries.length > 0 && binaries.every(([, count]) => count === '0');
}

/** What one of several runners, modules or projects prints that had something to do. */
const RAN: readonly RegExp[] = [
  /^(?:# tests|ℹ tests|Ran) [1-9]\d*\b/m,
  /\b[1-9]\d* (?:passed|passing|examples)\b/m,
  /^ok\s+\S+\s+[\d.(](?!.*no tests to run)/m,
  // Maven, Gradle, dotnet
  /^(?:\[\w+\] )?Tests run: [1-9]/m,
  /^> Task (?::[\w.-]+)*:test(?: UP-TO-DATE| FROM-CACHE| FAILED)?$/m,
  /\bPassed: +[1-9]/m,
  // PHPUnit, CTest, minitest and test-unit, TAP
  /^OK \([1-9]\d* tests?\b/m,
  /\btests failed out of [1-9]/m,
  /^[1-9]\d* (?:runs|tests), \d+ assertions\b/m,
  /^1\.\.[1-9]/m,
];
const saysOfTests = (text: string): boolean => RAN.some((line) => line.test(text));
