/** What a command prints: text with colors for a person, JSON for a script, and remarks on stderr. */
import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import { terminalLimits } from '../config/environment.ts';
import { visibleButColors, visibleJson } from './visible-text.ts';

/** A terminal, a pipe, or what a test collects. */
export interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

export interface Output {
  readonly stdout: Stream;
  readonly json: boolean;
  /** A person is watching stdout and can be shown something that moves. */
  readonly interactive: boolean;
  readonly colors: ReturnType<typeof pc.createColors>;
  /** The command's result: the value as JSON with --json, the text otherwise. */
  result(value: unknown, text: string | (() => string)): void;
  /** A line of text; nothing with --json. In a terminal what would be obeyed is shown, colors aside. */
  line(text?: string): void;
  /** One JSON value on one line, with --json only. */
  event(value: unknown): void;
  /** Something besides the result, on stderr. */
  remark(text: string): void;
}

export function createOutput(
  { stdout, stderr }: { readonly stdout: Stream; readonly stderr: Stream },
  { json }: { readonly json: boolean },
): Output {
  const { isDumb, isColorless } = terminalLimits();
  const interactive = !json && stdout.isTTY === true && !isDumb;
  const colors = pc.createColors(interactive && !isColorless);
  const write = (text: string) => void stdout.write(`${interactive ? visibleButColors(text) : text}\n`);
  return {
    stdout,
    json,
    interactive,
    colors,
    result: (value, text) => write(json ? visibleJson(value, 2) : typeof text === 'string' ? text : text()),
    line: (text = '') => {
      if (!json) write(text);
    },
    event: (value) => {
      if (json) write(visibleJson(value));
    },
    remark: (text) => void stderr.write(`${visibleButColors(text)}\n`),
  };
}

/** Columns as wide as their widest cell, two blanks apart; the last one is as long as it is. A row is one line. */
export function table(given: readonly (readonly string[])[]): string {
  const rows = given.map((row) => row.map((cell) => cell.replace(/\s*\n\s*/g, ' ')));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, width(cell));
  }
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === row.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - width(cell))))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Without colors; characters of two columns are rare enough in what we print. */
const width = (text: string): number => [...stripVTControlCharacters(text)].length;

/** Cut to so many columns. */
export const cut = (text: string, columns: number): string =>
  text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
