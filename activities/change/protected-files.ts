/** Which protected files a change touches, in words. Pure. */
import type { Findings } from '../../workflows/contract/change.ts';
import { type ChangedFile, shownPath, type Version } from './changed-files.ts';
import { findingsOf } from './findings.ts';
import type { WhyProtected } from './protections.ts';
import { type ChangedParts, partsInWords } from './run-by-itself.ts';

/** A renamed file counts under both of its names, and a mode or a link is a change like any other. */
export function findProtected(
  files: readonly ChangedFile[],
  whyProtected: WhyProtected,
  inside: readonly ChangedParts[] = [],
): Findings | undefined {
  const touched = files.flatMap((file) => {
    const { path, from = path, before, after } = file;
    const reason = whyProtected(path, isFile(after)) ?? whyProtected(from, isFile(before));
    return reason === undefined ? [] : [{ file, reason }];
  });
  const lines = touched.map(({ file, reason: { why } }) => `${inWords(file)}${why === undefined ? '' : ` (${why})`}`);
  const facts = touched.map(({ file: { path, from, before, after } }) => [path, from ?? null, before, after]);
  const more = inside.map(
    ({ status, path, parts }) => `${status} ${shownPath(path)} (autorun: ${partsInWords(parts)})`,
  );
  return findingsOf('protected', [...lines, ...more], [...facts, ...inside.map(({ path, parts }) => [path, parts])]);
}

/** Zeros where there is no file, which is no link either. */
const isFile = ({ mode }: Version): boolean => mode.startsWith('10') || mode === '000000';

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
