/** Tests by what runners print, for those that make no file unasked. Pure: output in, report out. */
import { readCargo } from './cargo-output.ts';
import { readCounts } from './counts.ts';
import { readGoOutput } from './go-output.ts';
import { readMocha } from './mocha-output.ts';
import { NO_TESTS, type TestReport } from './test-report.ts';
import { readUnittest } from './unittest-output.ts';

type Reader = (lines: readonly string[]) => TestReport;
const READERS: readonly Reader[] = [readGoOutput, readCargo, readUnittest, readMocha];

/** Undefined when nothing of it is a runner's. A runner that only counts is read where no list of tests is there. */
export function readPrinted(output: string): TestReport | undefined {
  const lines = output
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with the escape character
    .replace(/\x1b\[[0-9;]*[mK]/g, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''));
  const lists = READERS.map((read) => read(lines));
  const runs = lists.flatMap((list) => list.runs);
  const counts = readCounts(lines);
  if (runs.length > 0) return { runs, counts };
  return counts.length === 0 ? undefined : { ...NO_TESTS, counts };
}
