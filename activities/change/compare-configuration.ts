/** Which settings of test runners a change alters in files that hold much else, in words. Pure. */
import { configurationOf } from '../tests/configuration.ts';
import { shownPath } from './changed-files.ts';

export interface ChangedConfiguration {
  readonly path: string;
  /** Undefined for a new file, and for one that is deleted. */
  readonly before?: string;
  readonly after?: string;
}

const LONGEST = 100;

/** A setting that a new file brings is no change; a new module inside of another one takes its tests along. */
export function compareConfiguration({ path, before, after }: ChangedConfiguration): string[] {
  const name = shownPath(path);
  if (/.\/go\.mod$/.test(path) && before === undefined)
    return [`${name}: tests below this new module no longer run with those above`];
  const file = configurationOf(path);
  if (file === undefined || before === undefined) return [];
  const [was, is] = [file.read(before), file.read(after ?? '')];
  const keys = [...new Set([...was.keys(), ...is.keys()])].filter((key) => was.get(key) !== is.get(key));
  const isNewScript = (key: string) =>
    !was.has(key) && is.get(key) !== '' && /^(?:scripts|tasks)\.(?!pre|post|test$)/.test(key);
  return keys.filter((key) => !isNewScript(key)).map((key) => `${name}: ${inWords(key, was.get(key), is.get(key))}`);
}

function inWords(key: string, was: string | undefined, is: string | undefined): string {
  const shown = (value: string) => (value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value) || '(empty)';
  // A line without a value is its own key.
  if ((was ?? '') === '' && (is ?? '') === '') return is === undefined ? `${key} is gone` : `${key} is new`;
  return `${key} is ${is === undefined ? 'gone' : `${shown(is)} now`}, it was ${was === undefined ? 'not set' : shown(was)}`;
}
