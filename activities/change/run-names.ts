/** Which runs of a report are runs of which tests of a file, by the names that runners build for them. Pure. */
import type { TestRun } from '../reports/test-report.ts';
import { NO_NAME, shortName } from '../tests/cases-and-groups.ts';
import type { RunIds } from '../tests/language.ts';
import { languageOf } from '../tests/languages.ts';

type Named = Pick<TestRun, 'id' | 'suite'>;

/** The name of one case, without its suite, without what runners add, and without the tests that it is a part of. */
export function bareName(run: Named, path: string): string {
  const { path: divider, added } = idsOf(path);
  const name = withoutAdded(withoutSuite(run), added);
  return divider === undefined ? name : (name.split(divider).at(-1) ?? '');
}

/**
 * Returns a function that says whether one of the runs, all of the file, is a run of the test with this id (its name, with
 * those of its groups before it). A name with places for values in it fits those that have values there.
 */
export function createNames(path: string, runs: readonly Named[]): (test: readonly string[]) => boolean {
  const ids = idsOf(path);
  const known = new Set(runs.flatMap((run) => spellingsOf(run, ids)));
  return (test) => {
    const own = test.at(-1) ?? '';
    if (own === '' || own === NO_NAME) return false;
    const wanted = spelled(test, ids);
    return wanted.some((name) => known.has(name)) || wanted.some((name) => fitsOne(name, known));
  };
}

const idsOf = (path: string): RunIds => languageOf(path)?.runIds ?? {};

/** .NET's ids begin with the class. */
const withoutSuite = ({ id, suite }: Named): string =>
  suite !== '' && id.startsWith(`${suite}.`) ? id.slice(suite.length + 1) : id;

const withoutAdded = (name: string, added: RegExp | undefined): string =>
  added === undefined ? name : name.replace(added, '');

function spellingsOf(run: Named, { path, added }: RunIds): string[] {
  const name = withoutSuite(run);
  const names = [...new Set([run.id, name, withoutAdded(name, added)])];
  const all = path === undefined ? names : names.flatMap((each) => endingsOf(each, path));
  return all.map(shortName).filter((each) => each !== '');
}

/** `a/b/c`, `b/c` and `c`. */
function endingsOf(name: string, divider: string): string[] {
  const parts = name.split(divider);
  return parts.map((_, from) => parts.slice(from).join(divider));
}

/** The ids that a test of the text may have. */
function spelled(test: readonly string[], { joined = [], path, space }: RunIds): string[] {
  const names = test.map(written).map((name) => (space === undefined ? [name] : [name, name.replaceAll(' ', space)]));
  const chains = [names.map(([name = '']) => name), names.map((each) => each.at(-1) ?? '')];
  const all = chains.flatMap((chain) => {
    if (path !== undefined) return [chain.join(path)];
    const longer = joined.flatMap((by) => chain.map((_, from) => chain.slice(from).join(by)));
    return [chain.at(-1) ?? '', ...longer];
  });
  return [...new Set(all.map(shortName))];
}

/** A name in the text is without its quotes, and with the escapes that they need. */
const written = (name: string): string => name.replace(/^`+(.*?)`+$/, '$1').replace(/\\(["'`\\])/g, '$1');

/** Where runners put values into a name. */
const VALUE = /%[sdifjoOp](?!\w)|%[#$]|[#$]\{[^{}]*\}|[#$][A-Za-z_][\w.]*/;

function fitsOne(name: string, known: ReadonlySet<string>): boolean {
  const pieces = name.split(VALUE);
  if (pieces.length === 1 || pieces.every((piece) => piece.trim() === '')) return false;
  for (const id of known) if (fits(id, pieces)) return true;
  return false;
}

/** Whether a text has the pieces in their order, from its beginning to its end. */
function fits(text: string, pieces: readonly string[]): boolean {
  const [first, last] = [pieces[0] ?? '', pieces.at(-1) ?? ''];
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return at <= text.length - last.length;
}
