/** Whose turn it is to merge into a branch: first come first served within priority, and nobody sent into a conflict in vain. */
import { type AskTurn, type Follower, type LeaveTurn, MOST_TOGETHER, type Together } from '../contract/line.ts';

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
  /** What was found of those that were verified together and wait. */
  together?: Together;
}

export interface Grant extends AskTurn {
  readonly settles: boolean;
  readonly followers: readonly Follower[];
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
  line.together = without(left.member, left.together ?? line.together);
  const place = members(line).find((known) => sameTicket(left, known));
  if (place === undefined) return;
  if (line.holder === place) delete line.holder;
  line.waiting = line.waiting.filter((known) => known !== place);
  line.settling = line.settling.filter((known) => known !== place);
  if (left.settlesUntil !== undefined) line.settling.push({ ...place, until: left.settlesUntil });
}

const without = (member: string, { green, red }: Together = { green: [], red: [] }): Together => ({
  green: green.filter((one) => one !== member),
  red: red.filter((one) => one !== member),
});

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
export const grantOf = (line: LineData, asked: AskTurn): Grant => ({
  ...asked,
  settles: mayConflict(line, asked),
  followers: followersOf(line, asked),
});

/**
 * Who comes next if nothing changes, up to the first whose work is not known; nobody for a member that was verified with
 * others. Of those that were red together half are tried, so that the one to blame is found in few steps.
 */
function followersOf(line: LineData, { member }: AskTurn): Follower[] {
  const { green, red } = line.together ?? { green: [], red: [] };
  if (green.includes(member)) return [];
  const next = line.waiting.filter(({ isBehind }) => !isBehind).toSorted(before);
  const known = next.findIndex(({ merging }) => merging === undefined);
  const followers = next
    .slice(0, known === -1 ? undefined : known)
    .flatMap((asked) => (asked.merging === undefined ? [] : [{ ...asked.merging, member: asked.member }]));
  const suspects = followers.filter((one) => red.includes(one.member)).length;
  const all = red.includes(member) ? 1 + suspects : undefined;
  return followers.slice(0, (all === undefined ? MOST_TOGETHER : Math.ceil(all / 2)) - 1);
}

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
