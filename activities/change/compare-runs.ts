/** Compares the tests that ran on the base with those that ran at the head: a test that ran and runs no more is named. Pure. */
import type { Collected } from '../reports/collect.ts';
import type { Outcome, SuiteCount, TestReport, TestRun } from '../reports/test-report.ts';

export interface CheckRuns {
  readonly name: string;
  readonly base: Collected;
  readonly head: Collected;
}

/** Whether a test was given another name in its suite, by the texts of the change. */
export type IsRenamed = (before: TestRun, after: TestRun) => boolean;

const STATES: Readonly<Record<Exclude<Outcome, 'passed'>, string>> = {
  failed: 'fails',
  skipped: 'is skipped',
  todo: 'is only a todo',
};

/** A line for each test or suite that is less than it was, the check first. */
export function compareRuns({ name, base, head }: CheckRuns, isRenamed: IsRenamed): string[] {
  if (base.kind !== 'read') return [];
  const ran = base.report.runs.filter(({ outcome }) => outcome === 'passed').length;
  const counted = base.report.counts.reduce((sum, { passed }) => sum + passed, 0);
  if (ran + counted === 0) return [];
  if (head.kind !== 'read') {
    const why = head.kind === 'none' ? 'none of its tests can be seen any more' : `${WORDS[head.kind]}: ${head.reason}`;
    return [`${name}: ${ran + counted} tests ran on the base, and now ${why}`];
  }
  const lines = [
    ...compareTests(base.report, head.report, isRenamed),
    ...newAndIdle(base.report, head.report),
    ...compareCounts(base.report, head.report),
  ];
  return lines.map((line) => `${name}: ${line}`);
}

const WORDS = { missing: 'there is no report', unreadable: 'the report cannot be read' };

function compareTests(base: TestReport, head: TestReport, isRenamed: IsRenamed): string[] {
  const [before, after] = [byKey(base.runs), byKey(head.runs)];
  const added = [...after.entries()]
    .filter(([key, tests]) => passed(tests) > passed(before.get(key) ?? []))
    .flatMap(([, tests]) => tests.filter(({ outcome }) => outcome === 'passed'));
  const lines: string[] = [];
  for (const [key, tests] of before) {
    const now = after.get(key) ?? [];
    const fewer = passed(tests) - passed(now);
    if (fewer <= 0) continue;
    const [test] = tests.filter(({ outcome }) => outcome === 'passed') as [TestRun];
    if (now.length === 0 && takeMoved(added, test, fewer, isRenamed)) continue;
    const state = now.map(({ outcome }) => outcome).find((outcome) => outcome !== 'passed');
    const less = passed(now) > 0 ? `ran ${passed(tests)} times on the base, and now ${passed(now)}` : 'no longer runs';
    lines.push(
      `${titleOf(test)} ${state === undefined ? less : `ran on the base, and now ${STATES[state as 'failed']}`}`,
    );
  }
  return lines;
}

/** Tests that were not there before and do not run now. One that did not run before may have another name. */
function newAndIdle(base: TestReport, head: TestReport): string[] {
  const [before, after] = [byKey(base.runs), byKey(head.runs)];
  const [known, still] = [new Set(base.runs.map(({ id }) => id)), new Set(head.runs.map(({ id }) => id))];
  const gone = base.runs.filter((run) => isIdle(run) && !still.has(run.id)).map(({ suite }) => suite);
  return [...after].flatMap(([key, [test]]) => {
    if (test === undefined || !isIdle(test) || before.has(key) || known.has(test.id)) return [];
    const renamed = gone.indexOf(test.suite);
    if (renamed >= 0) gone.splice(renamed, 1);
    return renamed >= 0 ? [] : [`${titleOf(test)} is new, and ${STATES[test.outcome as 'skipped']}`];
  });
}

const isIdle = ({ outcome }: TestRun): boolean => outcome === 'skipped' || outcome === 'todo';

/**
 * The same test in another file or suite, or under another name in its own, which the texts must show. Each that is new
 * stands for one that is gone.
 */
function takeMoved(added: TestRun[], test: TestRun, number: number, isRenamed: IsRenamed): boolean {
  const stands = (one: TestRun) =>
    one.id === test.id || (one.suite === test.suite && one.file === test.file && isRenamed(test, one));
  const found = added.filter(stands).slice(0, number);
  if (found.length < number) return false;
  for (const one of found) added.splice(added.indexOf(one), 1);
  return true;
}

function compareCounts(base: TestReport, head: TestReport): string[] {
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
function byKey(runs: readonly TestRun[]): Map<string, TestRun[]> {
  const found = new Map<string, TestRun[]>();
  for (const run of runs) {
    const key = JSON.stringify([run.file ?? '', run.suite, run.id]);
    found.set(key, [...(found.get(key) ?? []), run]);
  }
  return found;
}

const passed = (tests: readonly TestRun[]): number => tests.filter(({ outcome }) => outcome === 'passed').length;

export function titleOf({ id, suite, file }: TestRun): string {
  const within = suite === '' ? id : `${suite} > ${id}`;
  return file === undefined || suite.startsWith(file) ? within : `${file}: ${within}`;
}
