/** A transcript as a list of what was said: its order, where its errors are, and where words are found. Pure. */
import type { Brief, Transcript, Turn } from '../data/transcript-pages.ts';
import { blocksOf } from './blocks.ts';
import { count } from './format.ts';
import { inputParts, isFailed } from './tool-call.ts';

export type Row =
  | { readonly kind: 'brief'; readonly key: string; readonly turn: number; readonly brief: Brief }
  | { readonly kind: 'turn'; readonly key: string; readonly turn: number; readonly answer: Turn };

/** Briefs stand before the turn that answers them; the newest may have no answer yet. */
export function rowsOf({ briefs, turns }: Pick<Transcript, 'briefs' | 'turns'>): Row[] {
  const rows: Row[] = [
    ...briefs.map((brief, index) => ({
      kind: 'brief' as const,
      key: `brief ${brief.turn} ${brief.kind} ${index}`,
      turn: brief.turn,
      brief,
    })),
    ...turns.map((answer) => ({ kind: 'turn' as const, key: `turn ${answer.turn}`, turn: answer.turn, answer })),
  ];
  return rows.sort((a, b) => a.turn - b.turn || Number(a.kind === 'turn') - Number(b.kind === 'turn'));
}

export const indexOfTurn = (rows: readonly Row[], turn: number | undefined): number =>
  rows.findIndex((row) => row.kind === 'turn' && row.turn === turn);

/** Answers that ended as their agent did not mean them to. */
const CUT_OFF: ReadonlySet<string> = new Set(['max_tokens', 'refusal', 'model_context_window_exceeded']);
export const isCutOff = (stopReason: string): boolean => CUT_OFF.has(stopReason);

const hasFailed = (row: Row): boolean =>
  row.kind === 'turn' && (isCutOff(row.answer.stopReason) || row.answer.toolCalls.some(isFailed));

/** The rows of turns in which something failed. */
export const errorsIn = (rows: readonly Row[]): number[] =>
  rows.flatMap((row, index) => (hasFailed(row) ? [index] : []));

/** All that can be read in a row, folded or not, in lower case. */
export function textOf(row: Row): string {
  if (row.kind === 'brief') return row.brief.body.toLowerCase();
  return blocksOf(row.answer)
    .map((block) => {
      if (block.kind !== 'call') return block.text;
      const { name, input, output } = block.call;
      return `${name}\n${inputParts(input)
        .map(({ text }) => text)
        .join('\n')}\n${output ?? ''}`;
    })
    .join('\n')
    .toLowerCase();
}

/** The rows that have the words; none for no words. */
export function rowsWith(texts: readonly string[], words: string): number[] {
  const wanted = words.trim().toLowerCase();
  return wanted === '' ? [] : texts.flatMap((text, index) => (text.includes(wanted) ? [index] : []));
}

/** The place after `from`, or before it, and round again; undefined when there is none. */
export function nextRow(rows: readonly number[], from: number, direction: 1 | -1): number | undefined {
  if (direction === 1) return rows.find((row) => row > from) ?? rows[0];
  return rows.findLast((row) => row < from) ?? rows.at(-1);
}

/** "2 of 5 hits" at one of them, else "5 hits". */
export function positionWords(rows: readonly number[], at: number, one: string, many?: string): string {
  const index = rows.indexOf(at);
  return `${index < 0 ? '' : `${index + 1} of `}${count(rows.length, one, many)}`;
}

/** The first line of a brief that is no tag. */
export const briefPreview = (body: string): string =>
  body
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '' && !/^<[^>]*>$/.test(line)) ?? '';
