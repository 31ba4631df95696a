/** What a member of a line remembers of its place there, as plain data that outlives a run. Pure. */
import type { Together } from '../contract/line.ts';
import { change, type Seen } from '../read-only-state.ts';

export interface MemberFields {
  /** When it first asked for its turn to merge, in milliseconds, which is its place in the line. */
  lineSince?: number;
  /** Its latest asking, as long as that is not given back. */
  lineTicket?: string;
  /** The asking that it gave back to settle a conflict: the line waits for it under this one. */
  lineSettling?: string;
  /** What verifying it with others found, until the line is told. */
  lineTogether?: Together;
}
export type MemberData = Seen<MemberFields>;

/** Asks under a new ticket. Returns since when it has its place. */
export function takePosition(
  data: MemberData,
  { ticket, nowMs }: { readonly ticket: string; readonly nowMs: number },
): number {
  const { lineSince = nowMs } = data;
  change<MemberFields>(data, { lineSince, lineTicket: ticket, lineSettling: undefined });
  return lineSince;
}

export const noteTogether = (data: MemberData, lineTogether: Together): void =>
  change<MemberFields>(data, { lineTogether });

/** The turn was given back, and the line told what there was to tell. It keeps its place. */
export const leaveTurn = (data: MemberData, { settling }: { readonly settling?: string | undefined } = {}): void =>
  change<MemberFields>(data, { lineTicket: undefined, lineTogether: undefined, lineSettling: settling });

/** A member that is changed begins at the end of the line. */
export const losePosition = (data: MemberData): void => change<MemberFields>(data, { lineSince: undefined });
