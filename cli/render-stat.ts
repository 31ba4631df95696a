/** Which files a diff changes and how much, as `git diff --stat` shows it. */
import type { Diff } from './api.ts';
import type { Output } from './output.ts';
import { visible } from './visible-text.ts';

type Colors = Output['colors'];
type DiffFile = Diff['files'][number];

const COLUMNS = 100;
const MOST_NAME = 60;

/** A line a file, and the totals; files that are not in `files` are counted. */
export function statLines({ files, totals }: Pick<Diff, 'files' | 'totals'>, colors: Colors): string[] {
  if (totals.files === 0) return [];
  const names = files.map(nameOf);
  const nameWidth = Math.max(0, ...names.map((name) => name.length));
  const most = Math.max(1, ...files.map(changesOf));
  const countWidth = Math.max(String(most).length, ...files.map(({ isBinary }) => (isBinary ? 3 : 0)));
  const graphWidth = Math.max(10, COLUMNS - nameWidth - countWidth - 5);
  const lines = files.map((file, index) => {
    const name = (names[index] ?? '').padEnd(nameWidth);
    if (file.isBinary) return ` ${name} | ${'Bin'.padStart(countWidth)}`;
    const [plus, minus] = marks(file, most, graphWidth);
    const graph = colors.green('+'.repeat(plus)) + colors.red('-'.repeat(minus));
    return ` ${name} | ${String(changesOf(file)).padStart(countWidth)} ${graph}`.trimEnd();
  });
  const left = totals.files - files.length;
  return [...lines, ...(left > 0 ? [` … and ${count(left, 'file')} more`] : []), ` ${totalLine(totals)}`];
}

const changesOf = ({ additions, deletions }: DiffFile): number => additions + deletions;

function nameOf({ path, previousPath }: DiffFile): string {
  const name = visible(previousPath === null ? path : `${previousPath} => ${path}`).replaceAll('\n', '<0A>');
  return name.length <= MOST_NAME ? name : `…${name.slice(1 - MOST_NAME)}`;
}

/** Each side as many marks as lines, or in proportion where there is no room; what changed has at least one. */
function marks({ additions, deletions }: DiffFile, most: number, width: number): [number, number] {
  if (most <= width) return [additions, deletions];
  const scaled = (lines: number) => (lines === 0 ? 0 : Math.max(1, Math.floor((lines * width) / most)));
  return [scaled(additions), scaled(deletions)];
}

function totalLine({ files, additions, deletions }: Diff['totals']): string {
  const parts = [`${count(files, 'file')} changed`];
  if (additions > 0) parts.push(`${count(additions, 'insertion')}(+)`);
  if (deletions > 0) parts.push(`${count(deletions, 'deletion')}(-)`);
  return parts.join(', ');
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
