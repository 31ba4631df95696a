/** Reads what Mocha's spec reporter prints; node:test's looks much alike and is no part of it. Pure. */
import type { TestReport, TestRun } from './test-report.ts';

const PASSING = /^ +(\d{1,9}) passing \(/;
const PENDING = /^ +(\d{1,9}) pending$/;
const LINE = /^( {2,})(✔ |✓ |- |\d+\) )?(\S.*)$/;

/**
 * The tests that stand before a summary; without one nothing here is Mocha's. Where its numbers are others, since a test
 * or another program printed lines that look alike, they count alone.
 */
export function readMocha(lines: readonly string[]): TestReport {
  const found: TestReport[] = [];
  let begin = 0;
  lines.forEach((line, end) => {
    const passed = PASSING.exec(line)?.[1];
    if (passed === undefined) return;
    const pending = lines.slice(end + 1, end + 4).map((each) => PENDING.exec(each)?.[1] ?? '0');
    const count = { suite: 'Mocha', passed: Number(passed), skipped: Math.max(...pending.map(Number), 0) };
    const runs = readTree(lines.slice(begin, end));
    const has = (wanted: string) => runs.filter(({ outcome }) => outcome === wanted).length;
    const isAll = has('passed') === count.passed && has('skipped') === count.skipped;
    found.push(isAll ? { runs, counts: [] } : { runs: [], counts: [count] });
    begin = end + 1;
  });
  return { runs: found.flatMap(({ runs }) => runs), counts: found.flatMap(({ counts }) => counts) };
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
    runs.push({ id: words.trim().replace(/ \(\d+ms\)$/, ''), suite, outcome, runner: 'Mocha' });
  }
  return runs;
}
