/** Tests by what runners print, for those that make no file unasked. Pure: output in, report out. */
import { withoutColors } from '../without-colors.ts';
import { readCargo } from './cargo-output.ts';
import { readGoOutput } from './go-output.ts';
import { readMocha } from './mocha-output.ts';
import { readCounts } from './printed-counts.ts';
import { readTap } from './tap.ts';
import { type TestReport, type TestRun, UnreadableReport } from './test-report.ts';
import { readUnittest } from './unittest-output.ts';

/** No test's name is longer, and patterns take long for what is. */
const MOST_CHARACTERS = 2_000;

/** Undefined when nothing of it is a runner's. The counts of those that are `listed` elsewhere are of the same tests. */
export function readPrinted(output: string, listed: readonly string[] = []): TestReport | undefined {
  const lines = withoutColors(output)
    .split('\n')
    .map((line) => line.slice(0, MOST_CHARACTERS).replace(/\r$/, ''));
  const unittest = readUnittest(lines).runs;
  const mocha = readMocha(lines);
  const tap = listed.includes('TAP') ? [] : readOwnTap(lines);
  const runs = [...unittest, ...readGoOutput(lines).runs, ...readCargo(lines).runs, ...mocha.runs, ...tap];
  const known = [...listed, ...(unittest.length === 0 ? [] : ['unittest'])];
  const counts = [...mocha.counts, ...readCounts(lines).filter(({ suite }) => !known.includes(suite))];
  return runs.length + counts.length === 0 ? undefined : { runs, counts };
}

/** Only output that says so is TAP; where other programs printed among it, so that no plan is kept, nothing is read. */
function readOwnTap(lines: readonly string[]): readonly TestRun[] {
  const begin = lines.findIndex((line) => /^TAP version 1[234]$/.test(line));
  if (begin < 0) return [];
  try {
    return readTap(lines.slice(begin).join('\n')).runs;
  } catch (error) {
    if (error instanceof UnreadableReport) return [];
    throw error;
  }
}
