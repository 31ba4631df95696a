/** Reads JUnit's XML, as pytest, Surefire, Gradle, PHPUnit, Jest's and many other reporters write it. Pure. */
import { type Outcome, type TestReport, type TestRun, UnreadableReport } from './test-report.ts';
import { readXml } from './xml.ts';

export function readJunit(text: string): TestReport {
  const runs: TestRun[] = [];
  const suites: string[] = [];
  let open: { -readonly [Key in keyof TestRun]: TestRun[Key] } | undefined;
  let isReport = false;
  readXml(text, {
    open(name, attributes) {
      if (name === 'testsuites' || name === 'testsuite') isReport = true;
      if (name === 'testsuite') suites.push(attributes.name ?? '');
      if (name === 'testcase') open = testOf(attributes, suites.at(-1) ?? '');
      if (open !== undefined) open.outcome = outcomeOf(name, attributes) ?? open.outcome;
    },
    close(name) {
      if (name === 'testsuite') suites.pop();
      if (name !== 'testcase' || open === undefined) return;
      if (!isHollow(open)) runs.push(open);
      open = undefined;
    },
  });
  if (!isReport) throw new UnreadableReport('it has no test suite');
  return { runs, counts: [] };
}

function testOf({ name = '', classname, file, status }: Readonly<Record<string, string>>, suite: string): TestRun {
  const isSkipped = status !== undefined && /^(?:skipped|disabled|notrun|ignored)$/i.test(status);
  // node:test calls each class `test`, which names no suite.
  const named = classname === undefined || classname === '' || classname === 'test' ? suite : classname;
  return {
    id: name,
    suite: named,
    outcome: isSkipped ? 'skipped' : 'passed',
    ...(file === undefined || file === '' ? {} : { file }),
  };
}

function outcomeOf(element: string, { type = '' }: Readonly<Record<string, string>>): Outcome | undefined {
  if (element === 'skipped') return type === 'todo' ? 'todo' : 'skipped';
  return element === 'failure' || element === 'error' ? 'failed' : undefined;
}

/** node:test counts a file of which no test ran as one that passed, by the file's name. */
const isHollow = ({ id, file }: TestRun): boolean => file !== undefined && (id === file || file.endsWith(`/${id}`));
