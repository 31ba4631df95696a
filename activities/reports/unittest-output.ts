/** Reads what `python -m unittest -v` and Django's `test -v 2` print. Pure. */
import type { Outcome, TestReport, TestRun } from './test-report.ts';

const TEST = /^(\w+) \(([\w.]+)\)(?: \[.*\])?/;
const RESULT = / \.\.\. (ok|FAIL|ERROR|skipped\b.*|expected failure|unexpected success)$/;
const OUTCOMES: Readonly<Record<string, Outcome>> = { ok: 'passed', FAIL: 'failed', ERROR: 'failed' };

/** A test with a docstring has its result on the docstring's line. */
export function readUnittest(lines: readonly string[]): TestReport {
  const runs: TestRun[] = [];
  let open: { id: string; suite: string } | undefined;
  for (const line of lines) {
    const [, id, where] = TEST.exec(line) ?? [];
    if (id !== undefined && where !== undefined) open = { id, suite: where.replace(new RegExp(`\\.${id}$`), '') };
    const word = RESULT.exec(line)?.[1];
    if (word === undefined || open === undefined) continue;
    const outcome = word.startsWith('skipped') ? 'skipped' : word === 'expected failure' ? 'todo' : OUTCOMES[word];
    runs.push({ ...open, outcome: outcome ?? 'failed', runner: 'unittest' });
    open = undefined;
  }
  return { runs, counts: [] };
}
