/** Reads TAP, versions 12 to 14, subtests included. Pure. */
import { type Outcome, type TestReport, type TestRun, UnreadableReport } from './test-report.ts';

const POINT = /^( *)(not )?ok(?= |$) *(\d+)?(?: -)? *(.*)$/;
const PLAN = /^1\.\.(\d+)/;
const DIRECTIVE = /(?:^|(?<!\\)\s)# *(skip|todo)\b.*$/i;

/** No suite is nested more, and each level takes as long again. */
const MOST_LEVELS = 20;
/** No test's name is longer, and patterns take long for what is. */
const MOST_CHARACTERS = 2_000;

interface Point {
  readonly depth: number;
  /** The suites that it is in, as far as they are known. */
  readonly level: number;
  readonly run: TestRun;
}

/** A point with subtests of its own is their suite, and no test. A plan that is not kept says that the report is cut off. */
export function readTap(text: string): TestReport {
  const points: Point[] = [];
  let planned: number | undefined;
  let top = 0;
  let isDetails = false;
  for (const line of text.split('\n').map((each) => each.slice(0, MOST_CHARACTERS).replace(/\r$/, ''))) {
    if (/^ +---$/.test(line)) isDetails = true;
    if (/^ +\.\.\.$/.test(line)) isDetails = false;
    if (isDetails) continue;
    const plan = PLAN.exec(line);
    // Several programs may have printed, one after the other.
    if (plan !== null) planned = (planned ?? 0) + Number(plan[1]);
    const point = POINT.exec(line);
    if (point === null) continue;
    const [, indent = '', not, number, words = ''] = point;
    if (indent === '') top += 1;
    takeIn(points, indent.length, { isFailed: not !== undefined, number, words });
  }
  if (planned === undefined && points.length === 0) throw new UnreadableReport('it has no line of TAP');
  if (planned === undefined || top < planned) throw new UnreadableReport('it is cut off: its plan is not kept');
  return { runs: points.map(({ run }) => run).filter(({ id, suite }) => suite !== '' || !isFile(id)), counts: [] };
}

/** node:test counts a file of which no test ran as one that passed, by the file's name. */
export const isFile = (id: string): boolean => /^\S*\.[cm]?[jt]sx?$/.test(id);

function takeIn(
  points: Point[],
  depth: number,
  { isFailed, number, words }: { isFailed: boolean; number: string | undefined; words: string },
): void {
  const directive = DIRECTIVE.exec(words)?.[1]?.toLowerCase();
  const id = words.replace(DIRECTIVE, '').trim() || `${number ?? points.length + 1}`;
  const bare: Outcome = isFailed ? 'failed' : 'passed';
  const outcome = directive === 'skip' ? 'skipped' : directive === 'todo' ? 'todo' : bare;
  let first = points.length;
  while (first > 0 && (points[first - 1] as Point).depth > depth) first -= 1;
  const inner = points.splice(first);
  if (inner.length === 0) {
    points.push({ depth, level: 0, run: { id, suite: '', outcome } });
    return;
  }
  for (const { level, run } of inner) {
    if (level === MOST_LEVELS) throw new UnreadableReport('it is nested too deeply');
    const suite = run.suite === '' ? id : `${id} > ${run.suite}`;
    points.push({ depth, level: level + 1, run: { ...run, suite } });
  }
}
