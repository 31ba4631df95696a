/** Prose in rows of so many columns each, broken between its words where that can be. Pure. */
import { breakLine, visibleText } from './visible-text.ts';

/** As many characters as fit into a row, with marks on them; only so many are looked at for each row. */
const LOOKED_AT = 4;

/** Nothing of it acts on the screen or hides on it; blank lines at its end are left out. */
export const wrapText = (text: string, columns: number): string[] =>
  text
    .trimEnd()
    .split(/\r\n|\r|\n/)
    .flatMap((line) => wrapLine(visibleText(line.trimEnd()), Math.max(8, columns)));

function wrapLine(line: string, columns: number): string[] {
  const rows: string[] = [];
  for (let rest = line; ; ) {
    const near = rest.slice(0, columns * LOOKED_AT);
    const [first = '', next] = breakLine(near, columns);
    if (next === undefined && near.length === rest.length) return [...rows, first];
    const end = next === undefined || /^\s/.test(next) ? first.length : endOfWords(first);
    rows.push(first.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
}

/** After the last space within it; its own end where it is one long word, indented or not. */
function endOfWords(row: string): number {
  const space = row.search(/\s\S*$/);
  return row.slice(0, Math.max(0, space)).trim() === '' ? row.length : space + 1;
}
