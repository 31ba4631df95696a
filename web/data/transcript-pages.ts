/** A transcript as it is read: page after page, and after a change only what may have changed. Pure. */
import type { Answer } from '../../api/client/index.ts';

export type Transcript = Answer<'Transcript'>;
export type Turn = Transcript['turns'][number];
export type Brief = Transcript['briefs'][number];
export type ToolCall = Answer<'ToolCall'>;

/** The results of a turn's tool calls and the commit of its files come after it; those of older turns are there. */
const UNSETTLED_TURNS = 2;

/** The turn after which to read on: none before it changes any more. */
export const settledTurn = (known: Transcript | undefined): number => known?.turns.at(-1 - UNSETTLED_TURNS)?.turn ?? 0;

/** What is known with the page that was read after turn `after`, whose turns take the place of those known. */
export function joinPage(known: Transcript | undefined, page: Transcript, after: number): Transcript {
  const isSettled = ({ turn }: { readonly turn: number }) => turn <= after;
  return {
    ...page,
    briefs: [...(known?.briefs.filter(isSettled) ?? []), ...page.briefs],
    turns: [...(known?.turns.filter(isSettled) ?? []), ...page.turns],
  };
}
