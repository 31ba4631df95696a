/** Reads what `go test -v` prints. Pure. */
import type { Outcome, TestReport, TestRun } from './test-report.ts';

const RESULT = /^ *--- (PASS|FAIL|SKIP): (\S+) \(\d+\.\d+s\)$/;
const PACKAGE = /^(?:ok|FAIL|---)\s+(\S+)\s+(?:\d+\.\d+s|\(cached\))/;
const OUTCOMES: Readonly<Record<string, Outcome>> = { PASS: 'passed', FAIL: 'failed', SKIP: 'skipped' };

/** A package is named after its tests. */
export function readGoOutput(lines: readonly string[]): TestReport {
  const runs: TestRun[] = [];
  let open: Omit<TestRun, 'suite'>[] = [];
  for (const line of lines) {
    const [, word = '', id = ''] = RESULT.exec(line) ?? [];
    const outcome = OUTCOMES[word];
    if (outcome !== undefined) open.push({ id, outcome });
    const suite = PACKAGE.exec(line)?.[1];
    if (suite === undefined) continue;
    runs.push(...open.map((run) => ({ ...run, suite })));
    open = [];
  }
  return { runs: [...runs, ...open.map((run) => ({ ...run, suite: '' }))], counts: [] };
}
