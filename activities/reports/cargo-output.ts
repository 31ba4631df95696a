/** Reads what `cargo test` and `cargo nextest run` print. Pure. */
import type { Outcome, TestReport, TestRun } from './test-report.ts';

const BINARY = /^ +(?:Running (?:unittests )?(\S+)|Doc-tests (\S+))/;
const TEST = /^test (.+?)(?: - should panic| - compile(?: fail)?)? \.\.\. (ok|FAILED|ignored)\b/;
const NEXTEST = /^ +(PASS|FAIL|SKIP|IGNORED|LEAK|FLAKY \S+) \[[^\]]*\] (?:\([^)]*\) )?(\S+) (\S.*)$/;
const OUTCOMES: Readonly<Record<string, Outcome>> = {
  ok: 'passed',
  FAILED: 'failed',
  ignored: 'skipped',
  PASS: 'passed',
  LEAK: 'passed',
  FLAKY: 'passed',
  FAIL: 'failed',
  SKIP: 'skipped',
  IGNORED: 'skipped',
};

export function readCargo(lines: readonly string[]): TestReport {
  const runs: TestRun[] = [];
  let binary = '';
  for (const line of lines) {
    const began = BINARY.exec(line);
    if (began !== null) binary = began[1] ?? `doc ${began[2]}`;
    const [, id, word] = TEST.exec(line) ?? [];
    const [, state, suite, name] = NEXTEST.exec(line) ?? [];
    const outcome = OUTCOMES[word ?? state?.split(' ')[0] ?? ''];
    if (outcome === undefined) continue;
    // The line of a documentation test moves with each edit above it.
    if (id !== undefined) runs.push({ id: id.replace(/ \(line \d+\)$/, ''), suite: binary, outcome });
    else if (suite !== undefined && name !== undefined) runs.push({ id: name, suite, outcome });
  }
  return { runs, counts: [] };
}
