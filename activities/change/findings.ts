/** Findings of a change that wait for a person: lines to read, and a hash that names exactly these findings. */
import { createHash } from 'node:crypto';
import type { Findings } from '../../workflows/contract/change.ts';

const MOST_LINES = 50;
const LINE_LENGTH = 300;

/** As many lines as people read, none of them long. */
export const shownLines = (lines: readonly string[]): string[] =>
  lines.slice(0, MOST_LINES).map((line) => line.slice(0, LINE_LENGTH).toWellFormed());

/** Undefined when nothing was found. `facts` is all that the person's answer is about. */
export function findingsOf(what: string, lines: readonly string[], facts: unknown): Findings | undefined {
  if (lines.length === 0) return undefined;
  const hash = createHash('sha256')
    .update(`${what}\n${JSON.stringify(facts)}`)
    .digest('hex');
  return { lines: shownLines(lines), total: lines.length, hash };
}
