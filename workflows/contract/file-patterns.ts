/**
 * The files that a task will likely touch, as patterns from the repository's root: `*` and `?` within a name, `**` for any
 * folders, `{a,b}` for either; a path that ends with `/` is all of that folder. Pure.
 */
import { z } from 'zod';

/** Of one task. */
export const MOST_PATTERNS = 20;
/** Of `{a,b}` in one pattern. */
const MOST_ALTERNATIVES = 20;

export const FilePattern = z
  .string()
  .trim()
  .min(1, 'name a file or folder')
  .max(200)
  .refine(
    (pattern) => !pattern.startsWith('/') && !pattern.startsWith('!') && !namesOf(pattern).includes('..'),
    'a path from the root of the repository, such as src/cart.ts, src/**/*.css or docs/',
  )
  .refine(
    (pattern) => alternativesOf(pattern).length <= MOST_ALTERNATIVES,
    `"{a,b}" may stand for at most ${MOST_ALTERNATIVES} paths; list them as patterns of their own`,
  );

/** A path as the names on its way, each of which may hold wildcards. */
export type PathPattern = readonly string[];

/** Whether some file fits both. */
export const overlap = (one: PathPattern, other: PathPattern): boolean => meet(one, other, isFolders, fit);

const isFolders = (name: string): boolean => name === '**';
const fit = (name: string, other: string): boolean =>
  name === other || ((WILD.test(name) || WILD.test(other)) && meet([...name], [...other], isStar, same));
const WILD = /[*?]/;
const isStar = (letter: string): boolean => letter === '*';
const same = (letter: string, other: string): boolean => letter === other || letter === '?' || other === '?';

const namesOf = (pattern: string): string[] => pattern.split('/');

/** Each alternative of a pattern. */
export function pathsOf(pattern: string): PathPattern[] {
  return alternativesOf(pattern).map((path) => {
    const names = namesOf(path.endsWith('/') ? `${path}**` : path);
    return names.filter((name) => name !== '' && name !== '.');
  });
}

/** Innermost braces first; a few more than are allowed are enough to refuse a pattern. */
function alternativesOf(pattern: string): string[] {
  let paths = [pattern];
  for (;;) {
    const at = paths.findIndex((path) => BRACES.test(path));
    const path = paths[at];
    if (path === undefined || paths.length > MOST_ALTERNATIVES) return paths;
    const [braces = '', inner = ''] = BRACES.exec(path) ?? [];
    const open = path.indexOf(braces);
    const either = inner.split(',').map((one) => path.slice(0, open) + one + path.slice(open + braces.length));
    paths = [...paths.slice(0, at), ...either, ...paths.slice(at + 1)];
  }
}

const BRACES = /\{([^{}]*)\}/;

/**
 * Whether two sequences with wildcards for any number of items have a common one. With a wildcard in both, what stands
 * before the first and after the last decides: each wildcard takes what is in the middle of the other.
 */
function meet<Item>(
  one: readonly Item[],
  other: readonly Item[],
  isAny: (item: Item) => boolean,
  fits: (item: Item, other: Item) => boolean,
): boolean {
  const isWild = one.some(isAny);
  if (isWild && other.some(isAny)) {
    const begins = agree(upTo(one, isAny), upTo(other, isAny), fits);
    return begins && agree(upTo(one.toReversed(), isAny), upTo(other.toReversed(), isAny), fits);
  }
  if (isWild) return holds(one, other, isAny, fits);
  if (other.some(isAny)) return holds(other, one, isAny, fits);
  return one.length === other.length && agree(one, other, fits);
}

function upTo<Item>(items: readonly Item[], isAny: (item: Item) => boolean): readonly Item[] {
  const end = items.findIndex(isAny);
  return end === -1 ? items : items.slice(0, end);
}

/** As far as both reach. */
const agree = <Item>(one: readonly Item[], other: readonly Item[], fits: (item: Item, other: Item) => boolean) =>
  one.every((item, at) => at >= other.length || fits(item, other[at] as Item));

/** Whether a sequence with wildcards fits one without: each part between two wildcards at the first place that is left. */
function holds<Item>(
  wild: readonly Item[],
  plain: readonly Item[],
  isAny: (item: Item) => boolean,
  fits: (item: Item, other: Item) => boolean,
): boolean {
  const parts: Item[][] = [[]];
  for (const item of wild) {
    if (isAny(item)) parts.push([]);
    else parts.at(-1)?.push(item);
  }
  const first = parts[0] ?? [];
  const last = parts.at(-1) ?? [];
  const fitsAt = (part: readonly Item[], at: number) =>
    at >= 0 && at + part.length <= plain.length && part.every((item, index) => fits(item, plain[at + index] as Item));
  const end = plain.length - last.length;
  let from = first.length;
  if (!fitsAt(first, 0) || end < from || !fitsAt(last, end)) return false;
  for (const part of parts.slice(1, -1)) {
    let at = from;
    while (at + part.length <= end && !fitsAt(part, at)) at += 1;
    if (at + part.length > end) return false;
    from = at + part.length;
  }
  return true;
}
