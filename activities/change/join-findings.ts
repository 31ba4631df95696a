/** Brings what was seen to run and what the texts of tests show into one list of findings. Pure. */
import { extname } from 'node:path/posix';
import type { Findings } from '../../workflows/contract/change.ts';
import type { TestReport } from '../reports/test-report.ts';
import { shownPath } from './changed-files.ts';
import { type CheckRuns, compareRuns, type RunFinding } from './compare-runs.ts';
import type { ChangedTest, ComparedTest } from './compared-tests.ts';
import { coversFile, extensionsOf, isOfFile, runsOfFile } from './covered-files.ts';
import { findingsOf } from './findings.ts';
import { renamesOf } from './renamed-tests.ts';
import { createNames } from './run-names.ts';
import type { TextFinding } from './weakened-tests.ts';

export interface JoinInput {
  readonly tests: readonly ComparedTest[];
  readonly textual: readonly TextFinding[];
  readonly checks: readonly CheckRuns[];
  /** Reasons why the base could not be compared. */
  readonly notes: readonly string[];
}

/** Undefined when nothing was found, whatever the notes: they explain findings, and are none. */
export function joinFindings({ tests, textual, checks, notes }: JoinInput): Findings | undefined {
  const isRenamed = renamesOf(tests);
  const observed = [
    ...checks.flatMap((check) => compareRuns(check, isRenamed)),
    ...checks.flatMap((check) => unrun(check, tests, checks)),
  ];
  const reports = reportsOf(checks);
  const seen = new Map(
    tests
      .filter((test) => isSeen(test, reports))
      .map((test) => [test.path ?? test.from, once(() => namesSeen(test, reports, observed))]),
  );
  // Where both versions of a file were seen to run, what ran decides about its cases and skips.
  const isSettled = ({ path, isSeenByRunning, tests: lost = [] }: TextFinding) => {
    const names = seen.get(path);
    return isSeenByRunning && names !== undefined && (lost.length === 0 || lost.every(names()));
  };
  const kept = textual.filter((found) => !isSettled(found)).map(({ line }) => line);
  const lines = [...observed.map(({ line }) => line), ...kept];
  return findingsOf('tests', lines.length === 0 ? [] : [...lines, ...notes], lines);
}

interface Compared {
  readonly base: TestReport;
  readonly head: TestReport;
}

/** Whether a test of a file ran at the head in that very file, or is in a finding of those that ran. */
function namesSeen({ path, from }: ChangedTest, reports: readonly Compared[], observed: readonly RunFinding[]) {
  const own = path ?? from ?? '';
  const runs = reports.flatMap(({ head }) => runsOfFile(head, own)).filter(({ outcome }) => outcome === 'passed');
  const found = observed.flatMap(({ run }) =>
    run !== undefined && (isOfFile(run, own) || (from !== undefined && isOfFile(run, from))) ? [run] : [],
  );
  return createNames(own, [...runs, ...found]);
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** A file that is gone need only have run before, and one that is new only now. */
const isSeen = ({ path, from }: ChangedTest, reports: readonly Compared[]): boolean =>
  reports.some(
    ({ base, head }) =>
      (from === undefined || coversFile(base, from)) && (path === undefined || coversFile(head, path)),
  );

const reportsOf = (checks: readonly CheckRuns[]): Compared[] =>
  checks.flatMap(({ base, head }) =>
    base.kind === 'read' && head.kind === 'read' ? [{ base: base.report, head: head.report }] : [],
  );

/** New test files of which nothing ran, where the check is seen to run other files of their kind. Helpers hold no test. */
function unrun({ name, head }: CheckRuns, tests: readonly ComparedTest[], checks: readonly CheckRuns[]): RunFinding[] {
  if (head.kind !== 'read') return [];
  const kinds = extensionsOf(head.report);
  const isElsewhere = (path: string) =>
    checks.some((other) => other.head.kind === 'read' && coversFile(other.head.report, path));
  return tests.flatMap(({ path, from, is }) => {
    if (path === undefined || from !== undefined || is === null || is.cases.length === 0) return [];
    if (!kinds.has(extname(path)) || isElsewhere(path)) return [];
    return [{ line: `${name}: ${shownPath(path)} is new, and no test of it ran` }];
  });
}
