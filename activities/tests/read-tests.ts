/** Reads a test file: its cases, the markers that put them out of use, and their assertions. Pure. */
import { findAssertions } from './assertions.ts';
import type { Reading, Unit } from './cases-and-groups.ts';
import type { CodeText } from './code-text.ts';
import type { Language } from './language.ts';
import { type FoundMarker, findMarkers, findStarts } from './markers.ts';
import { idIn, type Outline, outlineOf } from './outline.ts';
import { countRows, countTables } from './parameter-rows.ts';
import { tokensOf } from './tokens.ts';

export interface TestCase {
  /** Its name, with those of its groups before it. */
  readonly id: readonly string[];
  /** How often it runs with other values, where they are written beside it. */
  readonly rows: number | undefined;
  /** All of it, declaration included. */
  readonly tokens: readonly string[];
  /** Includes those of cases inside it. */
  readonly assertions: readonly (readonly string[])[];
  /** A part of another case. */
  readonly isNested: boolean;
  /** Asynchronous without waiting for anything, which some runners do not run. */
  readonly isIdleAsync: boolean;
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
  const isScript = language.isScript === true && !reading.units.some(isCase) && code.text.trim() !== '';
  const script: Unit = { kind: 'case', name: 'the script', start: 0, body: 0, end: raw.length };
  const outline = isScript ? outlineOf([script]) : withoutShadowed(language, outlineOf(reading.units));
  const own = new Map<Unit | undefined, (readonly string[])[]>();
  for (const { at, tokens } of assertions) {
    const cases = outline.chainAt(at).filter(isCase);
    for (const unit of cases.length === 0 ? [undefined] : cases) push(own, unit, tokens);
  }
  return {
    cases: outline.units
      .filter(isCase)
      .map((unit) => readCase({ language, code, outline, unit, assertions: own.get(unit) ?? [] })),
    markers: findMarkers(language, raw, code, outline),
    loose: own.get(undefined) ?? [],
    tables: countTables(code),
    starts: findStarts(language, code),
  };
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

const isCase = ({ kind }: Unit): boolean => kind === 'case';

/** Leaves out a case whose name is declared again: only the later one runs. */
function withoutShadowed({ isLastKept }: Language, outline: Outline): Outline {
  if (isLastKept !== true) return outline;
  const key = (unit: Unit) => idIn(outline, unit).join('\n');
  const last = new Map(outline.units.map((unit) => [key(unit), unit]));
  return outlineOf(outline.units.filter((unit) => unit.kind === 'group' || last.get(key(unit)) === unit));
}

function readCase({
  language,
  code,
  outline,
  unit,
  assertions,
}: {
  readonly language: Language;
  readonly code: CodeText;
  readonly outline: Outline;
  readonly unit: Unit;
  readonly assertions: readonly (readonly string[])[];
}): TestCase {
  const text = code.text.slice(unit.start, unit.end);
  return {
    id: idIn(outline, unit),
    rows: countRows(language, code, unit),
    tokens: tokensOf(code, unit.start, unit.end),
    assertions,
    isNested: outline.around(unit).some(isCase),
    isIdleAsync:
      /^\s*(?:@[^\n]*\n\s*)*async\s+def\b/.test(text) &&
      !/\b(?:await|async\s+(?:with|for)|asyncio|anyio|trio)\b/.test(text),
  };
}
