/** Compares the tests that ran on the base with those that ran at the head: a test that ran and runs no more is named. Pure. */
import type { Collected } from '../reports/collect-report.ts';
import type { Outcome, SuiteCount, TestReport, TestRun } from '../reports/test-report.ts';
import { createMoves, grouped, type IsRenamed } from './moved-tests.ts';

export interface CheckRuns {
  readonly name: string;
  readonly base: Collected;
  readonly head: Collected;
}

const STATES: Readonly<Record<Outcome, string>> = {
  passed: 'runs',
  failed: 'fails',
  skipped: 'is skipped',
  todo: 'is only a todo',
};

/** A test or a suite that is less than it was, in words. */
export interface RunFinding {
  /** The check first. */
  readonly line: string;
  /** The test; undefined where only numbers are known. */
  readonly run?: TestRun;
}

export function compareRuns({ name, base, head }: CheckRuns, isRenamed: IsRenamed): RunFinding[] {
  if (base.kind !== 'read') return [];
  const counted = base.report.counts.reduce((sum, count) => sum + count.passed, 0);
  const ran = passed(base.report.runs) + counted;
  if (ran === 0) return [];
  if (head.kind !== 'read') {
    const why = head.kind === 'none' ? 'none of its tests can be seen any more' : `${WORDS[head.kind]}: ${head.reason}`;
    return [{ line: `${name}: ${ran} tests ran on the base, and now ${why}` }];
  }
  const [before, after] = comparable(base.report, head.report);
  const counts = lowerCounts(before, after).map((line): RunFinding => ({ line }));
  const found = [...lostTests(before, after, isRenamed), ...newAndIdle(before, after), ...counts];
  return found.map((each) => ({ ...each, line: `${name}: ${each.line}` }));
}

const WORDS = { missing: 'there is no report', unreadable: 'the report cannot be read' };

/** Where one of two runs was only counted, the tests of that runner are counted in the other one as well. */
function comparable(base: TestReport, head: TestReport): [TestReport, TestReport] {
  const [before, after] = [runnersOf(base), runnersOf(head)];
  const isAlike = (suite: string) =>
    [before, after].every(({ listed, counted }) => listed.has(suite) && counted.has(suite));
  const counted = new Set([...before.counted, ...after.counted].filter((suite) => !isAlike(suite)));
  return [onlyCounted(base, counted), onlyCounted(head, counted)];
}

const runnersOf = ({ runs, counts }: TestReport) => ({
  listed: new Set(runs.map(({ runner }) => runner)),
  counted: new Set(counts.map(({ suite }) => suite)),
});

function onlyCounted({ runs, counts }: TestReport, suites: ReadonlySet<string>): TestReport {
  const isOfOne = ({ runner }: TestRun) => runner !== undefined && suites.has(runner);
  const more = [...grouped(runs.filter(isOfOne), ({ runner = '' }) => runner)].map(([suite, tests]) => ({
    ...{ suite, passed: passed(tests), skipped: tests.filter(isIdle).length },
  }));
  return { runs: runs.filter((run) => !isOfOne(run)), counts: totals([...counts, ...more]) };
}

/** A runner that ran several times has several counts. */
const totals = (counts: readonly SuiteCount[]): SuiteCount[] =>
  [...grouped(counts, ({ suite }) => suite)].map(([suite, parts]) => ({
    suite,
    passed: parts.reduce((sum, part) => sum + part.passed, 0),
    skipped: parts.reduce((sum, part) => sum + part.skipped, 0),
  }));

function lostTests(base: TestReport, head: TestReport, isRenamed: IsRenamed): RunFinding[] {
  const [before, after] = [grouped(base.runs, keyOf), grouped(head.runs, keyOf)];
  const added = [...after]
    .filter(([key, tests]) => passed(tests) > passed(before.get(key) ?? []))
    .flatMap(([, tests]) => tests.filter(isPassed));
  const takeMoved = createMoves(added, isRenamed);
  return [...before].flatMap(([key, tests]) => {
    const now = after.get(key) ?? [];
    const fewer = passed(tests) - passed(now);
    const test = tests.find(isPassed);
    if (fewer <= 0 || test === undefined || (now.length === 0 && takeMoved(test, fewer))) return [];
    const state = now.map(({ outcome }) => outcome).find((outcome) => outcome !== 'passed');
    const less = passed(now) > 0 ? `ran ${passed(tests)} times on the base, and now ${passed(now)}` : 'no longer runs';
    const what = state === undefined ? less : `ran on the base, and now ${STATES[state]}`;
    return [{ line: `${titleOf(test)} ${what}`, run: test }];
  });
}

/** Tests that were not there before and do not run now. One that did not run before may have another name. */
function newAndIdle(base: TestReport, head: TestReport): RunFinding[] {
  const [known, still] = [new Set(base.runs.map(({ id }) => id)), new Set(head.runs.map(({ id }) => id))];
  const gone = grouped(
    base.runs.filter((run) => isIdle(run) && !still.has(run.id)),
    ({ suite }) => suite,
  );
  return head.runs
    .filter((test) => isIdle(test) && !known.has(test.id) && gone.get(test.suite)?.pop() === undefined)
    .map((test) => ({ line: `${titleOf(test)} is new, and ${STATES[test.outcome]}`, run: test }));
}

function lowerCounts(base: TestReport, head: TestReport): string[] {
  const now = new Map(head.counts.map((count) => [count.suite, count]));
  const fell = base.counts.flatMap(({ suite, passed: before, skipped: were }) => {
    const { passed: after, skipped } = now.get(suite) ?? NONE;
    const idle = skipped > were ? `, ${skipped - were} more are skipped` : '';
    return after >= before && idle === '' ? [] : [`${suite}: ${before} tests ran on the base, and now ${after}${idle}`];
  });
  const known = new Set(base.counts.map(({ suite }) => suite));
  const idle = head.counts.filter(({ suite, skipped }) => !known.has(suite) && skipped > 0);
  return [...fell, ...idle.map(({ suite, skipped }) => `${suite} is new, and ${skipped} of its tests are skipped`)];
}

const NONE: Omit<SuiteCount, 'suite'> = { passed: 0, skipped: 0 };

/** Where runners say the file too, two tests of the same name are two. */
const keyOf = ({ file = '', suite, id }: TestRun): string => JSON.stringify([file, suite, id]);
const isPassed = ({ outcome }: TestRun): boolean => outcome === 'passed';
const isIdle = ({ outcome }: TestRun): boolean => outcome === 'skipped' || outcome === 'todo';
const passed = (tests: readonly TestRun[]): number => tests.filter(isPassed).length;

function titleOf({ id, suite, file }: TestRun): string {
  const within = suite === '' ? id : `${suite} > ${id}`;
  return file === undefined || suite.startsWith(file) ? within : `${file}: ${within}`;
}
