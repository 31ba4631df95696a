/** Tests as a run reports them, whatever the runner: each by its id, and for runners that only count, the counts. */
import { defined } from '../../workflows/contract/optional-fields.ts';

export type Outcome = 'passed' | 'failed' | 'skipped' | 'todo';

export interface TestRun {
  /** Names the test within its suite. */
  readonly id: string;
  /** The class, package, describe blocks or binary that it belongs to. */
  readonly suite: string;
  /** Where it stands, from the root of the tree, for reports that say so. */
  readonly file?: string;
  readonly outcome: Outcome;
  /** For runners of which other runs may only be counted, as a suite of this name. */
  readonly runner?: string;
}

/** A suite of which only the number of tests is known. */
export interface SuiteCount {
  readonly suite: string;
  readonly passed: number;
  /** Skipped and todo. */
  readonly skipped: number;
}

export interface TestReport {
  readonly runs: readonly TestRun[];
  readonly counts: readonly SuiteCount[];
}

/** More are not kept: the rest of a larger report counts as unreadable. */
export const MOST_RUNS = 50_000;
const NAME_LENGTH = 500;

/** A report that is broken, truncated, hostile or too large. Never a failure of the activity. */
export class UnreadableReport extends Error {}

/** Joins reports, bounds them, and cuts out whatever differs from one run of the same test to the next. */
export function joinReports(reports: readonly TestReport[], roots: readonly string[] = []): TestReport {
  const runs = reports.flatMap((report) => report.runs);
  const counts = reports.flatMap((report) => report.counts);
  if (runs.length + counts.length > MOST_RUNS) throw new UnreadableReport(`it has more than ${MOST_RUNS} tests`);
  const steady = (text: string) => steadyName(text, roots);
  return {
    runs: runs.map(({ id, suite, file, outcome, runner }) => ({
      id: steady(id),
      suite: steady(suite),
      outcome,
      ...(file === undefined ? {} : { file: steady(file).replace(/^\.\//, '') }),
      ...defined({ runner }),
    })),
    counts: counts.map(({ suite, ...numbers }) => ({ suite: steady(suite), ...numbers })),
  };
}

/** Each verification has another folder, and a default representation of objects another address. */
function steadyName(text: string, roots: readonly string[]): string {
  let name = text;
  for (const root of roots)
    name = name.replaceAll(`file://${root}/`, '').replaceAll(`${root}/`, '').replaceAll(root, '.');
  return name
    .replace(/\b0x[0-9a-f]{6,16}\b/gi, '0x…')
    .slice(0, NAME_LENGTH)
    .toWellFormed();
}
