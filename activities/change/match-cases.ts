/** Finds each test of the former files again in the new ones: by its name, else by what it does. Pure. */
import type { TestCase } from '../tests/read-tests.ts';
import { share } from '../tests/tokens.ts';

export interface Placed {
  /** The file's place among the change's tests. */
  readonly file: number;
  readonly test: TestCase;
}

export interface Pair {
  readonly was: Placed;
  readonly is: Placed;
}

export interface Matched {
  readonly pairs: readonly Pair[];
  readonly lost: readonly Placed[];
  readonly gained: readonly Placed[];
}

const ALIKE = 0.6;
/** Comparing each with each ends somewhere. */
const MOST_COMPARED = 200_000;

const idOf = ({ test }: Placed): string => test.id.join('\n');
const nameOf = ({ test }: Placed): string => test.id.at(-1) ?? '';
const textOf = ({ test }: Placed): string => test.tokens.join(' ');
const bodyOf = ({ test }: Placed): readonly string[] => test.tokens.filter((token) => token !== test.id.at(-1));

export function matchCases(before: readonly Placed[], after: readonly Placed[]): Matched {
  let state: Matched = { pairs: [], lost: before, gained: after };
  state = byKey(state, (each) => `${each.file}\n${idOf(each)}`);
  state = byKey(state, (each) => `${idOf(each)}\n${textOf(each)}`);
  state = byKey(state, (each) => `${nameOf(each)}\n${textOf(each)}`);
  state = byKey(state, (each) => bodyOf(each).join(' '));
  state = byLikeness(state, (was, is) => nameOf(was) === nameOf(is), 0.4);
  return byLikeness(state, (was, is) => was.file === is.file, ALIKE);
}

function byKey({ pairs, lost, gained }: Matched, key: (placed: Placed) => string): Matched {
  const left = Map.groupBy(gained, key);
  const found: Pair[] = [];
  const still = lost.filter((was) => {
    const is = left.get(key(was))?.shift();
    if (is !== undefined) found.push({ was, is });
    return is === undefined;
  });
  return { pairs: [...pairs, ...found], lost: still, gained: [...left.values()].flat() };
}

function byLikeness(
  { pairs, lost, gained }: Matched,
  fits: (was: Placed, is: Placed) => boolean,
  least: number,
): Matched {
  if (lost.length * gained.length > MOST_COMPARED) return { pairs, lost, gained };
  const left = new Set(gained);
  const found: Pair[] = [];
  const still = lost.filter((was) => {
    const [best] = [...left]
      .filter((is) => fits(was, is))
      .map((is) => ({ is, likeness: Math.min(share(bodyOf(was), bodyOf(is)), share(bodyOf(is), bodyOf(was))) }))
      .filter(({ likeness }) => likeness >= least)
      .sort((a, b) => b.likeness - a.likeness);
    if (best === undefined) return true;
    left.delete(best.is);
    found.push({ was, is: best.is });
    return false;
  });
  return { pairs: [...pairs, ...found], lost: still, gained: [...left] };
}

/**
 * Those of `lost` whose work nothing does now. Tests that became one which runs with several values are not lost: the rows
 * that came are as many, and hold what they asserted.
 */
export function reallyLost({ pairs, lost, gained }: Matched): Placed[] {
  const rowsOf = ({ test }: Placed): number => test.rows ?? 1;
  const grown = pairs.filter(({ was, is }) => rowsOf(is) > rowsOf(was));
  let room =
    gained.filter(({ test }) => !test.isNested).reduce((sum, each) => sum + rowsOf(each), 0) +
    grown.reduce((sum, { was, is }) => sum + rowsOf(is) - rowsOf(was), 0);
  const texts = [...gained, ...grown.map(({ is }) => is)].map(({ test }) => test.tokens);
  return lost.filter((each) => {
    const isKept = room > 0 && texts.some((tokens) => share(bodyOf(each), tokens) >= ALIKE);
    if (isKept) room -= 1;
    return !isKept;
  });
}
