/** Brings what was seen to run and what the texts of tests show into one list of findings. Pure. */
import type { TestReport } from '../reports/test-report.ts';
import { shownPath } from './changed-files.ts';
import { type CheckRuns, compareRuns } from './compare-runs.ts';
import { coversFile, isOfFile } from './covered-files.ts';
import { type Findings, findingsOf } from './findings.ts';
import { renamesOf } from './renamed-tests.ts';
import type { ChangedTest, TextFinding } from './weakened-tests.ts';

export interface JoinInput {
  readonly tests: readonly ChangedTest[];
  readonly textual: readonly TextFinding[];
  readonly checks: readonly CheckRuns[];
  /** Reasons why the base could not be compared. */
  readonly notes: readonly string[];
}

export function joinFindings({ tests, textual, checks, notes }: JoinInput): Findings | undefined {
  const isRenamed = renamesOf(tests);
  const observed = [
    ...checks.flatMap((check) => compareRuns(check, isRenamed)),
    ...checks.flatMap((check) => unrun(check, tests, checks)),
  ];
  const seen = new Set(tests.filter((test) => isSeen(test, checks)).map(({ path, from }) => path ?? from));
  // Where both versions of a file were seen to run, what ran decides about its cases and skips.
  const isSettled = ({ path, isSeenByRunning, tests: lost = [] }: TextFinding) =>
    isSeenByRunning && seen.has(path) && lost.every((name) => isNamed(name) || ran(checks, path, name));
  const isNamed = (name: string) => observed.some((line) => line.includes(name));
  const kept = textual.filter((found) => !isSettled(found)).map(({ line }) => line);
  const lines = [...observed, ...kept];
  return findingsOf('tests', lines.length === 0 ? [] : [...lines, ...notes], lines);
}

/** Whether a test of that name ran at the head in that very file. */
const ran = (checks: readonly CheckRuns[], path: string, name: string): boolean =>
  reportsOf(checks).some(({ head }) =>
    head.runs.some((run) => run.outcome === 'passed' && run.id.includes(name) && isOfFile(run, path)),
  );

/** A file that is gone need only have run before, and one that is new only now. */
function isSeen({ path, from }: ChangedTest, checks: readonly CheckRuns[]): boolean {
  return reportsOf(checks).some(
    ({ base, head }) =>
      (from === undefined || coversFile(base, from)) && (path === undefined || coversFile(head, path)),
  );
}

const reportsOf = (checks: readonly CheckRuns[]): { readonly base: TestReport; readonly head: TestReport }[] =>
  checks.flatMap(({ base, head }) =>
    base.kind === 'read' && head.kind === 'read' ? [{ base: base.report, head: head.report }] : [],
  );

/** New test files of which nothing ran, where the check is seen to run other files of their kind. */
function unrun({ name, head }: CheckRuns, tests: readonly ChangedTest[], checks: readonly CheckRuns[]): string[] {
  if (head.kind !== 'read') return [];
  const kinds = new Set(head.report.runs.map(kindOf).filter((kind) => kind !== undefined));
  const isElsewhere = (path: string) =>
    checks.some((other) => other.head.kind === 'read' && coversFile(other.head.report, path));
  return tests.flatMap(({ path, from, after }) => {
    if (path === undefined || from !== undefined || typeof after !== 'string') return [];
    if (!HOLDS_TESTS.test(after) || !kinds.has(extensionOf(path)) || isElsewhere(path)) return [];
    return [`${name}: ${shownPath(path)} is new, and no test of it ran`];
  });
}

/** Fixtures and helpers have none. */
const HOLDS_TESTS = /\b(?:it|test|describe|specify)\b(?:\.\w+)*\s*\(|\bdef test|@Test\b|\bfunc Test|\bit ["']/;

const extensionOf = (path: string): string => /\.[^./]+$/.exec(path)?.[0] ?? '';

/** The kind of files that a test's report leads to. */
function kindOf({ file, suite }: { readonly file?: string; readonly suite: string }): string | undefined {
  if (file !== undefined) return extensionOf(file);
  return /^[\w]+(?:\.\w+)*$/.test(suite) && suite !== '' ? '.py' : undefined;
}
