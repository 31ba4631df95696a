/** Which settings of test runners a change alters in files that hold much else, in words. Pure. */
import { type ConfigurationFile, configurationOf } from '../tests/configuration.ts';
import type { Settings } from '../tests/settings-text.ts';
import { shownPath } from './changed-files.ts';

export interface ChangedConfiguration {
  readonly path: string;
  /** Undefined for a new file, and for one that is deleted; null for what is no text or was not read. */
  readonly before?: string | null;
  readonly after?: string | null;
}

const LONGEST = 100;
const NONE: Settings = { values: new Map(), parts: new Set(), partOf: new Map() };

/** Lists that name what is tested: a longer one leaves nothing out. */
const NAMES_TESTED =
  /(?:^|\.)(?:source|source_pkgs|source_dirs|testpaths|members|default-members|include|includes|module|goal|roots|projects|testMatch|spec|files)$/;

/**
 * A setting that a new file, section, script or target brings is no change, unless it leaves out tests that ran without it;
 * a new module inside of another one takes its tests along.
 */
export function compareConfiguration({ path, before, after }: ChangedConfiguration): string[] {
  const name = shownPath(path);
  if (/.\/go\.mod$/.test(path) && before === undefined)
    return [`${name}: tests below this new module no longer run with those above`];
  const file = configurationOf(path);
  if (file === undefined || before === undefined) return [];
  if (before === null || after === null)
    return [`${name}: its settings of test runners cannot be compared: it is no text, too large, or one of too many`];
  const [was, is] = [file.read(before), after === undefined ? NONE : file.read(after)];
  const named = new Set([...is.values.keys()].filter((line) => file.adds?.test(line) === true).flatMap(wordsOf));
  const keys = [...new Set([...was.values.keys(), ...is.values.keys()])];
  return keys
    .filter((key) => was.values.get(key) !== is.values.get(key) && !isOrdinary(key, { file, was, is, named }))
    .map((key) => `${name}: ${inWords(key, was.values.get(key), is.values.get(key))}`);
}

interface Compared {
  readonly file: ConfigurationFile;
  readonly was: Settings;
  readonly is: Settings;
  /** Words of the lines that only add. */
  readonly named: ReadonlySet<string>;
}

function isOrdinary(key: string, { file, was, is, named }: Compared): boolean {
  const [old, now] = [was.values.get(key), is.values.get(key)];
  if (old !== undefined && now !== undefined) return NAMES_TESTED.test(key) && isGrown(old, now);
  const isAdded = (line: string) => file.adds?.test(line) === true;
  if (now === undefined) return isAdded(key) && wordsOf(key).every((word) => named.has(word));
  const part = is.partOf.get(key);
  if (part === undefined || was.parts.has(part)) return isAdded(key);
  return file.leavesOut?.test(now === '' ? key : `${key} = ${now}`) !== true;
}

const wordsOf = (list: string): string[] => list.split(/[\s,[\]()"']+/).filter((word) => word !== '');

/** Whether a list still names all that it did, and more; an empty one stands for everything. */
function isGrown(was: string, is: string): boolean {
  const [before, after] = [new Set(wordsOf(was)), new Set(wordsOf(is))];
  const isLeftOut = (word: string) => word.startsWith('!') && !before.has(word);
  return before.size > 0 && [...before].every((word) => after.has(word)) && ![...after].some(isLeftOut);
}

function inWords(key: string, was: string | undefined, is: string | undefined): string {
  const shown = (value: string) => (value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value) || '(empty)';
  // A line without a value is its own key.
  if ((was ?? '') === '' && (is ?? '') === '') return is === undefined ? `${key} is gone` : `${key} is new`;
  return `${key} is ${is === undefined ? 'gone' : `${shown(is)} now`}, it was ${was === undefined ? 'not set' : shown(was)}`;
}
