/** An epic in a terminal of so many columns and rows: questions with their commands before what there is less need of. Pure. */
import { stripVTControlCharacters } from 'node:util';
import { type Colors, clip, type EpicParts } from './render.ts';
import type { RequestParts } from './render-request.ts';

export interface Room {
  readonly columns: number;
  readonly rows: number;
}

/** Of one line of a question; all of it is in `factory requests`. */
const MOST_ROWS_OF_A_LINE = 3;

/** The terminal's rows that a line takes, which the terminal wraps. */
const rowsOf = (line: string, columns: number): number =>
  Math.max(1, Math.ceil(stripVTControlCharacters(line).length / columns));

export const rowsOfAll = (lines: readonly string[], columns: number): number =>
  lines.reduce((sum, line) => sum + rowsOf(line, columns), 0);

interface Words {
  readonly colors: Colors;
  /** A line with its commands as they are called. */
  readonly called: (line: string) => string;
}

/**
 * Lines that take no more rows than there are, where these hold the head and the first question's commands. A command is
 * never cut: it wraps.
 */
export function picture(parts: EpicParts, { columns, rows }: Room, { colors, called }: Words): string[] {
  const { id, notes, graph } = parts;
  const wrapped = (line: string) => clip(called(line), MOST_ROWS_OF_A_LINE * columns);
  const cut = (line: string) => clip(called(line), columns - 1);
  const [name = '', state = '', ...reasons] = parts.head;
  const head = [cut(name), cut(state), ...reasons.map(wrapped)];
  const requests = parts.requests.map(({ title, words, commands }) => ({
    title: wrapped(title),
    words: words.map(wrapped),
    commands: commands.map(called),
  }));
  const all = called(`bin/factory requests ${id}`);
  const room = { columns, rows: rows - rowsOfAll(head, columns) - (graph.length > 0 ? 1 : 0) };
  const top = [...head, ...questionLines(requests, room, { colors, all })];
  let left = rows - rowsOfAll(top, columns);
  const fit = (lines: readonly string[], what: string, most: number): readonly string[] => {
    const rest = (more: number) => cut(colors.dim(`  … ${counted(more, what)}: bin/factory show ${id}`));
    const shown = beginning(lines, rest, { columns, rows: most });
    left -= rowsOfAll(shown, columns);
    return shown;
  };
  const noted = fit(notes.map(wrapped), 'line', graph.length === 0 ? left : Math.floor(left / 3));
  const tasks = fit(graph.map(cut), 'task', left);
  return [...top, ...noted, ...tasks, ...parts.foot.slice(0, Math.max(0, left)).map(cut)];
}

const counted = (more: number, what: string): string => `and ${more} more ${what}${more === 1 ? '' : 's'}`;

/**
 * Each question with its commands, as many as fit and one at least, and then as much of their other lines as there is room
 * for. `all` is the command that shows all of them.
 */
function questionLines(
  requests: readonly RequestParts[],
  { columns, rows }: Room,
  { colors, all }: { readonly colors: Colors; readonly all: string },
): string[] {
  let [used, count] = [0, 0];
  for (const { title, commands } of requests) {
    const next = used + rowsOfAll([title, ...commands], columns);
    const marker = count + 1 < requests.length ? 1 : 0;
    if (count > 0 && next + marker > rows) break;
    [used, count] = [next, count + 1];
  }
  const more = requests.length - count;
  let left = rows - used - (more > 0 ? 1 : 0);
  const lines = requests.slice(0, count).flatMap(({ title, words, commands }) => {
    const shown = beginning(words, () => colors.dim(`    … all of it: ${all}`), { rows: left, columns });
    left -= rowsOfAll(shown, columns);
    return [title, ...shown, ...commands];
  });
  return more === 0 ? lines : [...lines, colors.magenta(`… ${counted(more, 'question')}: ${all}`)];
}

/** The lines where they fit, else the first of them and a line about the rest; nothing where there is no room for that. */
function beginning(
  lines: readonly string[],
  rest: (more: number) => string,
  { rows, columns }: Room,
): readonly string[] {
  if (rowsOfAll(lines, columns) <= rows) return lines;
  let left = rows - rowsOf(rest(lines.length), columns);
  if (left < 0) return [];
  const end = lines.findIndex((line) => {
    left -= rowsOf(line, columns);
    return left < 0;
  });
  return [...lines.slice(0, end), rest(lines.length - end)];
}
