/** Which protected files a change touches, in words. Pure. */
import { type ChangedFile, shownPath, type Version } from './changed-files.ts';
import { type Findings, findingsOf } from './findings.ts';

/** A renamed file counts under both of its names, and a mode or a link is a change like any other. */
export function findProtected(
  files: readonly ChangedFile[],
  isProtected: (path: string) => boolean,
): Findings | undefined {
  const touched = files.filter(({ path, from }) => isProtected(path) || (from !== undefined && isProtected(from)));
  const facts = touched.map(({ path, from, before, after }) => [path, from ?? null, before, after]);
  return findingsOf('protected', touched.map(inWords), facts);
}

function inWords({ status, path, from, before, after }: ChangedFile): string {
  const name = from === undefined ? shownPath(path) : `${shownPath(from)} to ${shownPath(path)}`;
  const added = status === 'added' && kindOf(after) !== 'file' ? ` as a ${kindOf(after)}` : '';
  return `${status} ${name}${added}${status === 'added' || status === 'deleted' ? '' : modeWords(before, after)}`;
}

function modeWords(before: Version, after: Version): string {
  if (before.mode === after.mode) return '';
  if (kindOf(before) !== kindOf(after)) return ` (a ${kindOf(after)} now, it was a ${kindOf(before)})`;
  return after.mode === '100755' ? ' (executable now)' : ' (no longer executable)';
}

const KINDS: Readonly<Record<string, string>> = { '12': 'symbolic link', '16': 'submodule' };
const kindOf = ({ mode }: Version): string => KINDS[mode.slice(0, 2)] ?? 'file';
