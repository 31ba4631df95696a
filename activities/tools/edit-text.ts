/** What the edit tool does to text: pure functions, and errors that tell the model what to do next. */

/** The model asked for something that cannot be done; the message is for it. */
export class EditRefused extends Error {}

const CONTEXT_LINES = 4;

/** Numbered lines as `cat -n` prints them; `range` is 1-based and inclusive, with -1 for the end. */
export function viewText(text: string, range?: readonly [number, number]): string {
  const lines = linesOf(text);
  if (range === undefined) return numbered(lines, 1);
  const [first, asked] = range;
  const last = asked === -1 ? lines.length : Math.min(asked, lines.length);
  if (first < 1 || first > Math.max(1, lines.length)) {
    throw new EditRefused(`view_range starts at ${first}, but the file has lines 1 to ${lines.length}.`);
  }
  if (asked !== -1 && asked < first) throw new EditRefused(`view_range [${first}, ${asked}] ends before it starts.`);
  return numbered(lines.slice(first - 1, last), first);
}

export interface Edited {
  readonly text: string;
  /** The lines around the change. */
  readonly snippet: string;
}

/** Replaces the one place where `old` stands. */
export function replaceOnce(text: string, old: string, replacement: string): Edited {
  if (old === '') throw new EditRefused('old_str is empty. To add text use insert; to write a whole file use create.');
  const at = text.indexOf(old);
  if (at === -1) throw new EditRefused(notFound(text, old));
  if (text.indexOf(old, at + 1) !== -1) {
    const lines = occurrences(text, old).join(', ');
    throw new EditRefused(`old_str stands in several places (lines ${lines}). Give more lines around it to name one.`);
  }
  if (old === replacement) throw new EditRefused('old_str and new_str are the same, so there is nothing to change.');
  const edited = text.slice(0, at) + replacement + text.slice(at + old.length);
  const firstLine = lineAt(text, at);
  return { text: edited, snippet: around(edited, firstLine, firstLine + replacement.split('\n').length - 1) };
}

/** Inserts whole lines after line `line`; 0 is the beginning. */
export function insertAfter(text: string, line: number, insertion: string): Edited {
  const lines = linesOf(text);
  if (!Number.isInteger(line) || line < 0 || line > lines.length) {
    throw new EditRefused(
      `insert_line is ${line}, but it must be from 0 (the beginning) to ${lines.length} (the end).`,
    );
  }
  const before = lines.slice(0, line).map((each) => `${each}\n`);
  const inserted = insertion.endsWith('\n') ? insertion : `${insertion}\n`;
  // A file without a newline at its end keeps it so, unless the insertion comes there.
  const rest = lines.slice(line).join('\n') + (line < lines.length && text.endsWith('\n') ? '\n' : '');
  const edited = before.join('') + inserted + rest;
  return { text: edited, snippet: around(edited, line + 1, line + linesOf(inserted).length) };
}

/** A newline ends a line, so the text after the last one is a line only when there is some. */
function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

const numbered = (lines: readonly string[], first: number): string =>
  lines.map((line, index) => `${String(first + index).padStart(6)}\t${line}`).join('\n');

function around(text: string, first: number, last: number): string {
  const lines = linesOf(text);
  const from = Math.max(1, first - CONTEXT_LINES);
  return numbered(lines.slice(from - 1, last + CONTEXT_LINES), from);
}

const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length;

function occurrences(text: string, part: string): number[] {
  const lines: number[] = [];
  for (let at = text.indexOf(part); at !== -1 && lines.length < 20; at = text.indexOf(part, at + 1)) {
    lines.push(lineAt(text, at));
  }
  return [...new Set(lines)];
}

function notFound(text: string, old: string): string {
  if (text.replaceAll('\r\n', '\n').includes(old)) {
    return 'old_str is not in the file as given: its lines end with \\r\\n. Edit within one line, or use bash.';
  }
  return 'old_str is not in the file. View the file and copy the text exactly, with its spaces and without line numbers.';
}
