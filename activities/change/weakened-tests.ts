/**
 * Whether a change deletes, skips or weakens tests. Mechanical and modest: it counts and compares what patterns find, so
 * that it can be explained in a sentence; it cannot see a test that still stands there and proves less. Pure.
 */
import { shownPath } from './changed-files.ts';
import { type Findings, findingsOf } from './findings.ts';
import { isNamed } from './named.ts';
import { readTests, type TestText } from './test-text.ts';

export interface ChangedTest {
  /** Undefined when the change deletes it, or takes it out of the tests. */
  readonly path?: string;
  /** Its former path; undefined for a new file. */
  readonly from?: string;
  /** Undefined where there is none, null where it cannot be read as text. */
  readonly before?: string | null;
  readonly after?: string | null;
}

/**
 * Compares each test file with what it was. What only moved to another test file of the change is not lost. An
 * expectation may change in a file that the task's own text (`criteria`) names.
 */
export function findWeakened(tests: readonly ChangedTest[], criteria: string): Findings | undefined {
  const compared = tests.map(compare);
  const lines: string[] = [];
  const facts: unknown[] = [];
  for (const { test, lost, gained } of compared) {
    const moved = compared.filter((other) => other.test !== test).map((other) => other.gained);
    const really = {
      cases: without(
        lost.cases,
        moved.flatMap(({ cases }) => cases),
      ),
      assertions: without(
        lost.assertions,
        moved.flatMap(({ assertions }) => assertions),
      ),
    };
    const found = judge(test, { lost: really, gained, all: lost }, criteria);
    lines.push(...found);
    if (found.length > 0) facts.push([test.from ?? null, test.path ?? null, really, gained, found]);
  }
  return findingsOf('tests', lines, facts);
}

interface Compared {
  readonly test: ChangedTest;
  readonly lost: TestText;
  readonly gained: TestText;
}

const NOTHING: TestText = { cases: [], skips: [], assertions: [] };

function compare(test: ChangedTest): Compared {
  const read = (path: string | undefined, text: string | null | undefined) =>
    typeof text === 'string' ? readTests(path ?? '', text) : NOTHING;
  const before = read(test.from ?? test.path, test.before);
  const after = read(test.path ?? test.from, test.after);
  return { test, lost: difference(before, after), gained: difference(after, before) };
}

function judge(
  { path, from, before, after }: ChangedTest,
  { lost, gained, all }: { lost: Omit<TestText, 'skips'>; gained: TestText; all: TestText },
  criteria: string,
): string[] {
  const name = shownPath(path ?? from ?? '');
  if (path === undefined) {
    const isEmpty = all.cases.length + all.assertions.length === 0;
    const isMoved = !isEmpty && lost.cases.length + lost.assertions.length === 0;
    return isMoved ? [] : [`${name}: the file is deleted${isEmpty ? '' : `, with ${counted(all.cases, 'test case')}`}`];
  }
  if (before === null || (after === null && before !== undefined))
    return [`${name}: it cannot be compared, since it is no text or too large`];
  const fewer = {
    cases: Math.max(0, lost.cases.length - gained.cases.length),
    assertions: Math.max(0, lost.assertions.length - gained.assertions.length),
  };
  const changed = lost.assertions.length - fewer.assertions;
  const lines = [
    ...(fewer.cases > 0 ? [`${name}: ${fewer.cases} fewer test cases${example(lost.cases)}`] : []),
    ...(gained.skips.length > 0 ? [`${name}: ${counted(gained.skips, 'skip')} added${example(gained.skips)}`] : []),
    ...(fewer.assertions > 0 ? [`${name}: ${fewer.assertions} fewer assertions${example(lost.assertions)}`] : []),
  ];
  if (changed > 0 && !isNamed(path, criteria) && !(from !== undefined && isNamed(from, criteria))) {
    lines.push(`${name}: ${changed} changed expectation${changed === 1 ? '' : 's'}${example(lost.assertions)}`);
  }
  return lines;
}

const counted = ({ length }: readonly string[], what: string) => `${length} ${what}${length === 1 ? '' : 's'}`;
const example = ([first]: readonly string[]) => (first === undefined ? '' : `, such as ${first.slice(0, 120)}`);

const difference = (a: TestText, b: TestText): TestText => ({
  cases: without(a.cases, b.cases),
  skips: without(a.skips, b.skips),
  assertions: without(a.assertions, b.assertions),
});

/** `from` less each of `others`, as often as it is there. */
function without(from: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(other, (left.get(other) ?? 0) + 1);
  return from.filter((each) => {
    const number = left.get(each) ?? 0;
    left.set(each, number - 1);
    return number <= 0;
  });
}
