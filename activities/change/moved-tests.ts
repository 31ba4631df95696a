/** New tests that stand for tests that are gone: moved to another file or suite, or renamed in their own. Pure. */
import type { TestRun } from '../reports/test-report.ts';

/** Whether a test was given another name in its suite, by the texts of the change. */
export type IsRenamed = (before: TestRun, after: TestRun) => boolean;

/** More pairs are not compared by their texts: so many tests are not renamed one by one. */
const MOST_COMPARED = 2_000;

/** Returns a function that takes as many new tests as stand for one that is gone, each once; false when there are fewer. */
export function createMoves(added: readonly TestRun[], isRenamed: IsRenamed) {
  const taken = new Set<TestRun>();
  const byId = grouped(added, ({ id }) => id);
  const bySuite = grouped(added, suiteKey);
  const byShape = grouped(added, shapeOf);
  let compared = 0;

  function takeRenamed(gone: TestRun, number: number): TestRun[] {
    const found: TestRun[] = [];
    for (const one of compared < MOST_COMPARED ? (bySuite.get(suiteKey(gone)) ?? []) : []) {
      if (found.length === number || compared >= MOST_COMPARED) break;
      if (taken.has(one)) continue;
      compared += 1;
      if (isRenamed(gone, one)) found.push(one);
    }
    return found;
  }

  return function takeMoved(gone: TestRun, number: number): boolean {
    const same = byId.get(gone.id) ?? [];
    const found: TestRun[] = [];
    while (found.length < number && same.length > 0) {
      const one = same.pop() as TestRun;
      if (!taken.has(one)) found.push(one);
    }
    const alike =
      shapeOf(gone) === keyOf(gone)
        ? []
        : (byShape.get(shapeOf(gone)) ?? []).filter((one) => !taken.has(one) && !found.includes(one));
    found.push(...alike.slice(0, number - found.length));
    found.push(...takeRenamed(gone, number - found.length));
    for (const one of found) taken.add(one);
    return found.length === number;
  };
}

const suiteKey = ({ suite, file = '' }: TestRun): string => JSON.stringify([file, suite]);
const keyOf = ({ suite, file = '', id }: TestRun): string => JSON.stringify([file, suite, id]);
/** Times, ids and addresses in a name differ from run to run. */
const VARYING =
  /\d{4}-\d\d-\d\d(?:[T ]?[\d:.]*Z?)?|\d\d:\d\d(?::\d\d)?|[0-9a-f]{8}(?:-[0-9a-f]{4,12}){4}|0x[0-9a-f]+|(?<![\w])(?=[0-9a-f]*\d)[0-9a-f]{8,}(?![\w])|\d{6,}/gi;
const shapeOf = (run: TestRun): string => keyOf({ ...run, id: run.id.replace(VARYING, '#') });

export function grouped<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}
