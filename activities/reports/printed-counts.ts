/** Reads how many tests ran, where a runner prints no more than that. Pure. */
import type { SuiteCount } from './test-report.ts';

const VITEST_FILE = /^ *[✓✔❯×↓] (?:\|\S+\| +)?(\S.*?) \((\d{1,9}) tests?(?: \| ([^)]*))?\)/;
const PHPUNIT = /^Tests: (\d{1,9}), Assertions: \d+(.*)\.$/;

/** Counts of several projects or runs of the same runner are added up. */
export function readCounts(lines: readonly string[]): SuiteCount[] {
  const counts = new Map<string, { passed: number; skipped: number }>();
  const add = (suite: string, passed: number, skipped: number) => {
    const old = counts.get(suite) ?? { passed: 0, skipped: 0 };
    counts.set(suite, { passed: old.passed + passed, skipped: old.skipped + skipped });
  };
  let ran: number | undefined;
  for (const line of lines) {
    const [, file, total, rest = ''] = VITEST_FILE.exec(line) ?? [];
    if (file !== undefined) {
      const skipped = numberBefore(rest, 'skipped') + numberBefore(rest, 'todo');
      add(file, Number(total) - skipped - numberBefore(rest, 'failed'), skipped);
    }
    if (/^Tests: +\d.* total$/.test(line)) {
      add('Jest', numberBefore(line, 'passed'), numberBefore(line, 'skipped') + numberBefore(line, 'todo'));
    }
    const [, all, others = ''] = PHPUNIT.exec(line) ?? [];
    if (all !== undefined) {
      const skipped = numberAfter(others, 'Skipped') + numberAfter(others, 'Incomplete');
      const red = numberAfter(others, 'Failures') + numberAfter(others, 'Errors');
      add('PHPUnit', Number(all) - skipped - red, skipped);
    }
    const ok = /^OK \((\d{1,9}) tests?, \d+ assertions?\)/.exec(line)?.[1];
    if (ok !== undefined) add('PHPUnit', Number(ok), 0);
    const [, examples, failures, pending = '0'] =
      /^(\d{1,9}) examples?, (\d{1,9}) failures?(?:, (\d{1,9}) pending)?/.exec(line) ?? [];
    if (examples !== undefined) {
      add('RSpec', Number(examples) - Number(failures) - Number(pending), Number(pending));
    }
    const [, mini, red, errors, skips] =
      /^(\d{1,9}) (?:runs|tests), \d+ assertions, (\d{1,9}) failures, (\d{1,9}) errors, (?:\d+ pendings, \d+ omissions, )?(\d{1,9})?/.exec(
        line,
      ) ?? [];
    if (mini !== undefined)
      add('minitest', Number(mini) - Number(red) - Number(errors) - Number(skips ?? 0), Number(skips ?? 0));
    // unittest says how many it skipped a few lines after how many there were.
    ran = Number(/^Ran (\d{1,9}) tests? in /.exec(line)?.[1] ?? ran);
    if (Number.isFinite(ran) && /^(?:OK|FAILED)\b/.test(line) && !/^OK \(\d/.test(line)) {
      const skipped = numberIn(line, 'skipped') + numberIn(line, 'expected failures');
      add('unittest', ran - skipped - numberIn(line, 'failures') - numberIn(line, 'errors'), skipped);
      ran = undefined;
    }
  }
  return [...counts].map(([suite, numbers]) => ({ suite, ...numbers }));
}

// Patterns are linear, since a check may print digits without end.
const found = (pattern: RegExp, text: string): number => Number(pattern.exec(text)?.[1] ?? 0);
const numberBefore = (text: string, word: string): number => found(new RegExp(`(?<!\\d)(\\d{1,9}) ${word}\\b`), text);
const numberAfter = (text: string, word: string): number => found(new RegExp(`\\b${word}: (\\d{1,9})`), text);
const numberIn = (text: string, word: string): number => found(new RegExp(`\\b${word}=(\\d{1,9})`), text);
