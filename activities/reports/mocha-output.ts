/** Reads what Mocha's spec reporter prints; node:test's looks much alike and is no part of it. Pure. */
import type { TestReport, TestRun } from './test-report.ts';

const SUMMARY = /^ +\d+ passing \(/;
const LINE = /^( {2,})(✔ |✓ |- |\d+\) )?(\S.*)$/;

/** The tests that stand before a summary; without one nothing here is Mocha's. */
export function readMocha(lines: readonly string[]): TestReport {
  const runs: TestRun[] = [];
  let begin = 0;
  lines.forEach((line, end) => {
    if (!SUMMARY.test(line)) return;
    runs.push(...readTree(lines.slice(begin, end)));
    begin = end + 1;
  });
  return { runs, counts: [] };
}

/** The last words of a test's line say how long it took when that was long. */
function readTree(lines: readonly string[]): TestRun[] {
  const runs: TestRun[] = [];
  let suites: { readonly depth: number; readonly name: string }[] = [];
  for (const line of lines) {
    const [, indent = '', mark, words = ''] = LINE.exec(line) ?? [];
    if (words === '') continue;
    const outer = suites.filter(({ depth }) => depth < indent.length);
    if (mark === undefined) {
      suites = [...outer, { depth: indent.length, name: words.trim() }];
      continue;
    }
    const suite = outer.map(({ name }) => name).join(' > ');
    const outcome = mark === '- ' ? 'skipped' : /[✔✓]/.test(mark) ? 'passed' : 'failed';
    runs.push({ id: words.trim().replace(/ \(\d+ms\)$/, ''), suite, outcome });
  }
  return runs;
}
