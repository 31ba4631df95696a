/** Compares the assertions of a test: those that are gone, and those that expect something else. Pure. */
import { literalsOf, share, shown, without } from '../tests/tokens.ts';

type Tokens = readonly string[];

export interface Assertions {
  /** The assertions of the test or file. */
  readonly assertions: readonly Tokens[];
  /** All that stands there, values that it runs with included. */
  readonly tokens: Tokens;
  readonly rows?: number | undefined;
}

export interface Less {
  /** Assertions that are gone. */
  readonly gone: readonly string[];
  /** Those that expect another value, or less of it. */
  readonly changed: readonly string[];
}

/** Say only that there is something. */
const WEAK =
  /^(?:toBeTruthy|toBeDefined|toBeInstanceOf|toExist|exist|exists|assertTrue|assertNotNull|assertIsNotNone|assertIsInstance|assertIn|assertContains|NotNil|NotEmpty|NotNull|IsNotNull|IsType|be_truthy|be_present|be_a|be_an|be_kind_of|respond_to|is_ok|is_some|anything|any|ANY|objectContaining|stringContaining|arrayContaining|toBeCloseTo|assertAlmostEqual|approx)$/;

/** `elsewhere` are assertions that came to other tests, `helpers` those that came to functions which tests call. */
export function compareAssertions(
  was: Assertions,
  is: Assertions,
  { elsewhere, helpers }: { readonly elsewhere: readonly Tokens[]; readonly helpers: readonly Tokens[] },
): Less {
  const [before, after] = [was.assertions.map(keyOf), is.assertions.map(keyOf)];
  const lost = without(before, after).map(tokensOf);
  const left = without(after, before).map(tokensOf);
  const gone: string[] = [];
  const changed: string[] = [];
  for (const tokens of lost) {
    const best = left
      .map((other, index) => ({ other, index, likeness: share(tokens, other) }))
      .sort((a, b) => b.likeness - a.likeness)[0];
    if (best !== undefined) left.splice(best.index, 1);
    const isThere =
      elsewhere.some((other) => share(tokens, other) >= 0.75) || helpers.some((other) => share(tokens, other) >= 0.5);
    if (best === undefined) {
      if (!isThere) gone.push(shown(tokens));
    } else if (!isThere && isLess(tokens, best.other, (is.rows ?? 0) > (was.rows ?? 0) ? is.tokens : []))
      changed.push(`${shown(tokens)} → ${shown(best.other)}`);
  }
  return { gone, changed };
}

const keyOf = (tokens: Tokens): string => tokens.join('\n');
const tokensOf = (key: string): string[] => key.split('\n');

function isLess(was: Tokens, is: Tokens, all: Tokens): boolean {
  const values = without(literalsOf(was), literalsOf(is));
  if (without(values, literalsOf(all)).length > 0) return true;
  if (was.includes('await') && !is.includes('await')) return true;
  const weak = (tokens: Tokens) => tokens.filter((token) => WEAK.test(token));
  return without(weak(is), weak(was)).length > 0;
}
