/** What a test file holds: its cases, what puts them out of use, and what they assert. Pure. */
import { type Assertion, findAssertions } from './assertions.ts';
import type { CodeText } from './code-text.ts';
import { condition, type Language } from './language.ts';
import { countRows, countTables } from './rows.ts';
import { tokensOf } from './tokens.ts';
import type { Reading, Unit } from './units.ts';

export interface TestCase {
  /** Its name, with those of its groups before it. */
  readonly id: readonly string[];
  /** How often it runs with other values, where they are written beside it. */
  readonly rows: number | undefined;
  /** All of it, declaration included. */
  readonly tokens: readonly string[];
  /** Those within cases of its own too. */
  readonly assertions: readonly (readonly string[])[];
  /** A part of another case. */
  readonly isNested: boolean;
  /** Asynchronous without waiting for anything, which some runners do not run. */
  readonly isIdleAsync: boolean;
}

export interface FoundMarker {
  /** The id of the case or group that it is in; empty for the file. */
  readonly unit: readonly string[];
  readonly text: string;
  /** The line that it is on. */
  readonly line: string;
  /** Ordinary in a new test. */
  readonly inKnown: boolean;
}

export interface TestFile {
  readonly cases: readonly TestCase[];
  readonly markers: readonly FoundMarker[];
  /** Assertions outside of cases: in helpers and hooks. */
  readonly loose: readonly (readonly string[])[];
  /** Tables of values outside of the tests, by name. */
  readonly tables: readonly (readonly [name: string, rows: number])[];
  /** Lines that start the tests. */
  readonly starts: readonly string[];
}

export const NOTHING: TestFile = { cases: [], markers: [], loose: [], tables: [], starts: [] };

export function readTests(language: Language, raw: string, reading: Reading): TestFile {
  const { code } = reading;
  const assertions = findAssertions(language, code);
  const found = reading.units.filter(({ kind }) => kind === 'case');
  const isScript = language.isScript === true && found.length === 0 && code.text.trim() !== '';
  const script: Unit = { kind: 'case', name: 'the script', start: 0, body: 0, end: raw.length };
  const units = isScript ? [script] : withoutShadowed(language, reading.units);
  const cases = units.filter(({ kind }) => kind === 'case');
  const loose = assertions.filter(({ at }) => !cases.some((unit) => holds(unit, at)));
  return {
    cases: cases.map((unit) => readCase(language, code, units, assertions, unit)),
    markers: once([...findMarkers(language, raw, code, units), ...earlyReturns(code, units)]),
    loose: loose.map(({ tokens }) => tokens),
    tables: countTables(code),
    starts: findStarts(language, code),
  };
}

/** Where a name is declared twice only the later one is there when tests run. */
function withoutShadowed({ isLastKept }: Language, units: readonly Unit[]): readonly Unit[] {
  if (isLastKept !== true) return units;
  const last = new Map(units.map((unit) => [idOf(units, unit).join('\n'), unit]));
  return units.filter((unit) => unit.kind === 'group' || last.get(idOf(units, unit).join('\n')) === unit);
}

/** Two patterns that fit the same line are one finding. */
const once = (markers: readonly FoundMarker[]): FoundMarker[] => [
  ...new Map(markers.map((found) => [`${found.unit.join('\n')}\t${found.line}`, found])).values(),
];

const holds = (unit: Unit, at: number): boolean => unit.start <= at && at < unit.end;

const idOf = (units: readonly Unit[], unit: Unit): string[] => [
  ...units
    .filter((outer) => outer !== unit && holds(outer, unit.start) && outer.end >= unit.end)
    .map(({ name }) => name),
  unit.name,
];

function readCase(
  language: Language,
  code: CodeText,
  units: readonly Unit[],
  assertions: readonly Assertion[],
  unit: Unit,
): TestCase {
  const text = code.text.slice(unit.start, unit.end);
  return {
    id: idOf(units, unit),
    rows: countRows(language, code, unit),
    tokens: tokensOf(code, unit.start, unit.end),
    assertions: assertions.filter(({ at }) => holds(unit, at)).map(({ tokens }) => tokens),
    isNested: units.some(
      (outer) => outer !== unit && outer.kind === 'case' && holds(outer, unit.start) && outer.end >= unit.end,
    ),
    isIdleAsync:
      /^\s*(?:@[^\n]*\n\s*)*async\s+def\b/.test(text) &&
      !/\b(?:await|async\s+(?:with|for)|asyncio|anyio|trio)\b/.test(text),
  };
}

function innermost(units: readonly Unit[], at: number): Unit | undefined {
  return units.filter((unit) => holds(unit, at)).at(-1);
}

const lineAt = (text: string, at: number): string => {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', at);
  return text
    .slice(start, end === -1 ? text.length : end)
    .trim()
    .slice(0, 120);
};

function findMarkers(language: Language, raw: string, code: CodeText, units: readonly Unit[]): FoundMarker[] {
  return [...language.markers, ...COMMON].flatMap(({ pattern, inComments, inKnown = false }) =>
    [...(inComments === true ? raw : code.text).matchAll(pattern)].flatMap(({ index, 0: match }) => {
      const at = index + (match.length - match.trimStart().length);
      if (inComments !== true && !code.isCode(at)) return [];
      const unit = innermost(units, at);
      const text = match.trim().replaceAll(/\s+/g, ' ');
      return [{ unit: unit === undefined ? [] : idOf(units, unit), text, line: lineAt(raw, at), inKnown }];
    }),
  );
}

function findStarts({ starts }: Language, { text, isCode }: CodeText): string[] {
  if (starts === undefined) return [];
  const found = text.matchAll(new RegExp(starts.source, 'gm'));
  return [...found]
    .filter(({ index, 0: match }) => isCode(index + match.search(/\S/)))
    .map(({ index }) => lineAt(text, index));
}

/** Ways to let an assertion pass, in whichever language. */
const COMMON = [
  { pattern: /\bexcept\b[^\n:]*:\s*(?:pass|return|continue|\.\.\.)(?=\s*(?:\n|$))/gm },
  { pattern: /\bcatch\b\s*(?:\([^()]*\)\s*)?\{\s*\}/gm },
  { pattern: /\brescue\b[^\n]*\n\s*(?:nil|true|end)\b/gm },
  { pattern: /\bsuppress\(\s*(?:AssertionError|Exception|BaseException)/gm },
  { pattern: /(?:\bor|\|\|)\s+(?:True|true|1)\b/gm },
].map(({ pattern }) => condition('', pattern));

/** Nothing after such a line at the head of a test runs. */
function earlyReturns(code: CodeText, units: readonly Unit[]): FoundMarker[] {
  return units.flatMap((unit) => {
    if (unit.kind !== 'case') return [];
    const body = code.text.slice(unit.body, unit.end);
    const match =
      /^[\s{:]*(?:do\b\s*(?:\|[^|\n]*\|)?\s*)?(?:if\b[^\n{}]*[:{)]\s*\n?\s*)?(return(?:@\w+)?(?:\s+(?:None|nil|null|undefined|true|0))?|exit(?:\s+0)?|next)\s*;?\s*\}?[ \t]*\n/.exec(
        body,
      );
    if (match === null || !/\w/.test(body.slice(match[0].length).replace(/\bend\b/g, ''))) return [];
    return [{ unit: idOf(units, unit), text: 'returns at its head', line: match[1] ?? 'return', inKnown: true }];
  });
}
