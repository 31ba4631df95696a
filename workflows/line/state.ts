/** Whose turn it is to merge into a branch: first come first served within priority, and nobody sent into a conflict in vain. */
import type { AskTurn, LeaveTurn } from '../contract/line.ts';

/** Somebody who lost the turn to a conflict and comes back with it settled. */
export interface Settling extends AskTurn {
  /** After that the others wait no longer. */
  readonly until: number;
}

export interface LineData {
  waiting: AskTurn[];
  holder?: AskTurn;
  settling: Settling[];
  /** Tickets that were given back last: an asking that a frozen process delivers late changes nothing. */
  left: string[];
}

export interface Grant extends AskTurn {
  readonly settles: boolean;
}

export const newLine = (): LineData => ({ waiting: [], settling: [], left: [] });

const MOST_LEFT = 100;

/** Priority 1 first, 0 (none) last; within a priority the place that was taken first. */
const rank = ({ priority }: { priority: number }): number => (priority === 0 ? 5 : priority);
const before = (a: { priority: number; since: number }, b: { priority: number; since: number }): number =>
  rank(a) - rank(b) || a.since - b.since;

const sameTicket = (a: LeaveTurn | AskTurn, b: AskTurn): boolean => a.member === b.member && a.ticket === b.ticket;

/** A member has one place. Returns the holder when it asks again, which is then granted again. */
export function ask(line: LineData, asked: AskTurn): AskTurn | undefined {
  if (line.left.includes(asked.ticket)) return undefined;
  line.settling = line.settling.filter(({ member }) => member !== asked.member);
  if (line.holder?.member === asked.member) {
    line.holder = asked;
    return asked;
  }
  const known = line.waiting.findIndex(({ member }) => member === asked.member);
  if (known === -1) line.waiting.push(asked);
  else line.waiting[known] = asked;
  return undefined;
}

export function leave(line: LineData, left: LeaveTurn): void {
  line.left = [...line.left, left.ticket].slice(-MOST_LEFT);
  const place = members(line).find((known) => sameTicket(left, known));
  if (place === undefined) return;
  if (line.holder === place) delete line.holder;
  line.waiting = line.waiting.filter((known) => known !== place);
  line.settling = line.settling.filter((known) => known !== place);
  if (left.settlesUntil !== undefined) line.settling.push({ ...place, until: left.settlesUntil });
}

/** All that have a place, the holder first. */
export const members = ({ holder, settling, waiting }: LineData): AskTurn[] => [
  ...(holder === undefined ? [] : [holder]),
  ...settling,
  ...waiting,
];

/** Hands a free turn on; undefined when it is taken or nobody can use it. */
export function grantNext(line: LineData): Grant | undefined {
  if (line.holder !== undefined) return undefined;
  const next = line.waiting.toSorted(before).find((asked) => !asked.isBehind || mayConflict(line, asked));
  if (next === undefined) return undefined;
  line.waiting = line.waiting.filter((asked) => asked !== next);
  line.holder = next;
  return grantOf(line, next);
}

/** The grant for the holder, the same when it asks again. */
export const grantOf = (line: LineData, asked: AskTurn): Grant => ({ ...asked, settles: mayConflict(line, asked) });

/** Nobody before it settles a conflict. */
const mayConflict = ({ settling }: LineData, asked: AskTurn): boolean =>
  !settling.some((other) => before(other, asked) < 0);

export const isEmpty = (line: LineData): boolean => members(line).length === 0;

/** When the next of those who settle a conflict is waited for no longer. */
export function nextExpiry({ settling }: LineData): number | undefined {
  return settling.length === 0 ? undefined : Math.min(...settling.map(({ until }) => until));
}

export function expire(line: LineData, at: number): void {
  line.settling = line.settling.filter(({ until }) => until > at);
}
