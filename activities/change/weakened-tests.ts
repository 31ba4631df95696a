/**
 * Whether a change deletes, skips or weakens tests. Mechanical and modest: it compares what each test file holds with what
 * it held, so that it can be explained in a sentence; it does not know what a test proves.
 */
import { runnerOf } from '../tests/languages.ts';
import { without } from '../tests/tokens.ts';
import { shownPath } from './changed-files.ts';
import { compareAssertions } from './compare-assertions.ts';
import { type ChangedConfiguration, compareConfiguration } from './compare-configuration.ts';
import type { ComparedTest } from './compared-tests.ts';
import { gainedMarkers } from './gained-markers.ts';
import { type Matched, matchCases, type Pair, type Placed, reallyLost } from './match-cases.ts';
import { namesFile } from './names-file.ts';

/** A finding, in words. */
export interface TextFinding {
  /** The file's new name, or its old one when it is gone. */
  readonly path: string;
  readonly line: string;
  /** It is about which tests run: a report that has the file's tests knows better. */
  readonly isSeenByRunning: boolean;
  /** The tests that are gone by it, each by its name with those of its groups before it: the report must have each of them. */
  readonly tests?: readonly (readonly string[])[];
}

export interface FindingOptions {
  readonly criteria: string;
  /** Files with settings of test runners. */
  readonly settings?: readonly ChangedConfiguration[];
}

/**
 * Compares each test file with what it was. What only moved to another test file of the change is not lost. An
 * expectation may change in a file that the task's own text (`criteria`) names.
 */
export function findWeakened(
  files: readonly ComparedTest[],
  { criteria, settings = [] }: FindingOptions,
): TextFinding[] {
  const cases = (kind: 'was' | 'is'): Placed[] =>
    files.flatMap((each, file) =>
      (kind === 'is' && each.isUncollected ? [] : (each[kind]?.cases ?? [])).map((test) => ({ file, test })),
    );
  const matched = matchCases(cases('was'), cases('is'));
  const lost = reallyLost(matched);
  return [
    ...files.flatMap((file, index) => judge({ file, index, files, matched, lost, criteria })),
    ...settings.flatMap((file) =>
      compareConfiguration(file).map((line) => ({ path: file.path, line, isSeenByRunning: false })),
    ),
  ];
}

interface Judged {
  readonly file: ComparedTest;
  readonly index: number;
  readonly files: readonly ComparedTest[];
  readonly matched: Matched;
  readonly lost: readonly Placed[];
  readonly criteria: string;
}

function judge({ file, index, files, matched, lost, criteria }: Judged): TextFinding[] {
  const { path, from = '', was, is } = file;
  const own = path ?? from;
  const say = (isSeenByRunning: boolean, lines: readonly string[]): TextFinding[] =>
    lines.map((line) => ({ path: own, line: `${shownPath(own)}: ${line}`, isSeenByRunning }));
  const proves = (lines: readonly string[]) => say(false, lines);
  const runs = (lines: readonly string[]) => say(true, lines);
  const lose = (line: string, tests: readonly Placed[]) =>
    runs([line]).map((found) => ({ ...found, tests: tests.map(({ test }) => test.id) }));
  if (was === null || (is === null && file.from !== undefined))
    return proves(['it cannot be compared, since it is no text, too large or not to be parsed']);
  if (is === null) return proves(['it cannot be read, since it is no text, too large or not to be parsed']);
  const gone = lost.filter((each) => each.file === index);
  if (path === undefined && gone.length > 0 && gone.length === was.cases.length)
    return lose(deleted(file, files, gone), gone);
  if (file.isUncollected && gone.length > 0)
    return lose(`the file no longer runs: ${runnerOf(own, file.from)} does not collect its name`, gone);
  const mayChange = [path, file.from].some((each) => each !== undefined && namesFile(criteria, each));
  const markers = gainedMarkers({ file, index, files, pairs: matched.pairs });
  const pairs = matched.pairs.filter((pair) => pair.was.file === index);
  const starts = without(
    was.starts,
    files.flatMap((each) => each.is?.starts ?? []),
  );
  return [
    ...gone
      .filter(({ test }) => !isPartOfLost(test.id, gone))
      .flatMap((each) => lose(`${nameOf(each.test.id)} is gone`, [each])),
    ...runs([
      ...markers.filter(({ isSkip }) => isSkip).map(({ words }) => words),
      ...pairs.flatMap(judgeRuns),
      ...starts.map((line) => `its tests are no longer started (${line})`),
    ]),
    ...proves([
      ...markers.filter(({ isSkip }) => !isSkip).map(({ words }) => words),
      ...pairs.flatMap((pair) => judgeAssertions(pair, matched, files, mayChange)),
      ...judgeTables(file),
      ...judgeLoose(file, files, matched, mayChange),
    ]),
  ];
}

const nameOf = (id: readonly string[]): string => id.join(' › ') || 'the file';

/** A part of a test that is gone is gone with it. */
const isPartOfLost = (id: readonly string[], lost: readonly Placed[]): boolean =>
  lost.some(({ test }) => test.id.length < id.length && test.id.every((part, at) => id[at] === part));

function deleted(file: ComparedTest, files: readonly ComparedTest[], gone: readonly Placed[]): string {
  const names = new Set(gone.map(({ test }) => test.id.at(-1)));
  const other = files.find(
    ({ isUncollected, is }) => isUncollected && is?.cases.some(({ id }) => names.has(id.at(-1))),
  );
  const count = `${gone.length} test case${gone.length === 1 ? '' : 's'}`;
  return other === undefined
    ? `the file is deleted, with ${count}`
    : `its ${count} no longer run: ${runnerOf(file.from ?? '')} does not collect ${shownPath(other.path ?? '')}`;
}

function judgeRuns({ was, is }: Pair): string[] {
  const name = nameOf(was.test.id);
  const [before, after] = [was.test.rows, is.test.rows];
  const isFewer = before !== undefined && after !== undefined && after < before;
  const isIdle = is.test.isIdleAsync && !was.test.isIdleAsync;
  return [
    ...(isFewer ? [`${name} runs with fewer values (${before} → ${after})`] : []),
    ...(isIdle ? [`${name} is asynchronous and waits for nothing: pytest does not run it without a plugin`] : []),
  ];
}

function judgeAssertions(
  { was, is }: Pair,
  matched: Matched,
  files: readonly ComparedTest[],
  mayChange: boolean,
): string[] {
  if (was.test.isNested) return [];
  const less = compareAssertions(was.test, is.test, {
    elsewhere: movedTo(matched, files, is),
    helpers: files.flatMap((file) => onlyIn(file.is?.loose ?? [], file.was?.loose ?? [])),
  });
  return inWords(nameOf(was.test.id), less, mayChange);
}

/** Assertions in helpers, hooks and snapshots. */
function judgeLoose(
  file: ComparedTest,
  files: readonly ComparedTest[],
  matched: Matched,
  mayChange: boolean,
): string[] {
  const { was, is } = file;
  if (was === null || is === null) return [];
  const elsewhere = [...movedTo(matched, files, undefined), ...is.cases.flatMap(({ assertions }) => assertions)];
  const [before, after] = [was, is].map(({ loose }) => ({ assertions: loose, tokens: [] }));
  if (before === undefined || after === undefined) return [];
  return inWords('outside of its tests', compareAssertions(before, after, { elsewhere, helpers: [] }), mayChange);
}

/** Tables of values that tests of the file are run with. */
function judgeTables({ was, is }: ComparedTest): string[] {
  const after = new Map(is?.tables ?? []);
  return (was?.tables ?? []).flatMap(([name, rows]) => {
    const left = after.get(name);
    return left !== undefined && left < rows ? [`${name} has fewer values (${rows} → ${left})`] : [];
  });
}

/** Assertions that came to other tests. */
function movedTo({ pairs, gained }: Matched, files: readonly ComparedTest[], own: Placed | undefined): Tokens[] {
  const others = pairs
    .filter(({ is }) => is !== own)
    .flatMap(({ was, is }) => onlyIn(is.test.assertions, was.test.assertions));
  const loose = own === undefined ? files.flatMap(({ was, is }) => onlyIn(is?.loose ?? [], was?.loose ?? [])) : [];
  return [...others, ...loose, ...gained.flatMap(({ test }) => test.assertions)];
}

type Tokens = readonly string[];

function onlyIn(these: readonly Tokens[], others: readonly Tokens[]): Tokens[] {
  const known = new Set(others.map((tokens) => tokens.join('\n')));
  return these.filter((tokens) => !known.has(tokens.join('\n')));
}

function inWords(name: string, { gone, changed }: ReturnType<typeof compareAssertions>, mayChange: boolean): string[] {
  const count = (length: number) => (length === 1 ? '' : `, ${length - 1} more`);
  return [
    ...(gone.length > 0
      ? [`${name}: ${gone.length} fewer assertion${gone.length === 1 ? '' : 's'}: ${gone[0]}${count(gone.length)}`]
      : []),
    ...(changed.length > 0 && !mayChange
      ? [`${name} expects something else: ${changed[0]}${count(changed.length)}`]
      : []),
  ];
}
