/** The transcript of an agent as its workflow knows it: opened once, and gone on with turn by turn. */
import type { LoopKind } from './loops.ts';
import type { Purpose } from './states.ts';

/** The wish for a transcript, named by `openedBy`. */
export interface NewTranscript {
  readonly epicId: string;
  readonly taskKey?: string;
  readonly purpose: Purpose;
  readonly openedBy: string;
  /** Goes on from this one's first `atTurn` turns, which must be its own and not shared with yet another. */
  readonly fork?: { readonly from: string; readonly atTurn: number };
}

/** The transcript that the wish has, and the turn that comes next. */
export interface OpenedTranscript {
  readonly agentId: string;
  readonly attempt: number;
  readonly nextTurn: number;
}

/** What the model is told with the turn that its transcript was compacted for. */
export const COMPACT_NOTE =
  'The conversation had grown too long, so older outputs and file texts in it were left out. Look again at what you still need, and go on.';

/** A note for the model, sent with its next turn. */
export type TurnNote = 'nudge' | 'cut-off' | 'compact' | 'continue' | LoopKind;

/** One tool call that the workflow has to see to. */
export interface ToolCallRef {
  readonly id: string;
  readonly name: string;
  /** The command's first line, the path or the submission's first line; at most 120 characters. */
  readonly summary: string;
  /** Changes nothing, so it may run beside others. */
  readonly readOnly: boolean;
  /** A hash of the tool and its input: the same call again has the same. */
  readonly mark?: string;
  /** Only for calls that the workflow answers; those unknown here or not allowed to this purpose are among them. */
  readonly input?: unknown;
}
