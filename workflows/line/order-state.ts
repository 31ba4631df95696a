/** Whose turn it is to merge into a branch: first come first served within priority, and nobody sent into a conflict in vain. */

import {
  type AskTurn,
  type Follower,
  type LeaveTurn,
  type LineStatus,
  MOST_TOGETHER,
  type Proof,
  type Standing,
  type Together,
} from '../contract/line.ts';
import { defined } from '../contract/optional-fields.ts';
import { type Change, change, type Seen } from '../read-only-state.ts';

/** Somebody who lost the turn to a conflict and comes back with it settled. */
export interface Settling extends AskTurn {
  /** After that the others wait no longer. */
  readonly until: number;
}

interface LineFields {
  waiting: AskTurn[];
  holder?: AskTurn;
  /** When it was granted, in milliseconds. */
  heldSince?: number;
  settling: Settling[];
  /** What was given back last, by ticket and run: an asking that a frozen process delivers late changes nothing. */
  left: string[];
  /** Results of members that were verified together and still wait. */
  together?: Together;
}
export type LineData = Seen<LineFields>;

export interface Grant extends AskTurn {
  readonly settles: boolean;
  readonly followers: readonly Follower[];
  readonly proof?: Proof;
}

export const newLine = (): LineData => ({ waiting: [], settling: [], left: [] });

const update = (line: LineData, fields: Change<LineFields>): void => change<LineFields>(line, fields);

const MOST_LEFT = 100;

/** Priority 1 first, 0 (none) last; within a priority the place that was taken first. */
const rank = ({ priority }: { priority: number }): number => (priority === 0 ? 5 : priority);
const before = (a: { priority: number; since: number }, b: { priority: number; since: number }): number =>
  rank(a) - rank(b) || a.since - b.since;

const sameTicket = (a: LeaveTurn | AskTurn, b: AskTurn): boolean => a.member === b.member && a.ticket === b.ticket;

/** How what was given back is remembered: messages of before name no run and mean all of them. */
const leftKey = ({ ticket, run }: { readonly ticket: string; readonly run?: string | undefined }): string =>
  run === undefined ? ticket : `${ticket} ${run}`;

/** A member has one place. Returns the holder when it asks again, which is then granted again. */
export function ask(line: LineData, asked: AskTurn): AskTurn | undefined {
  if (line.left.includes(asked.ticket) || line.left.includes(leftKey(asked))) return undefined;
  update(line, { settling: line.settling.filter(({ member }) => member !== asked.member) });
  if (line.holder?.member === asked.member) {
    update(line, { holder: asked });
    return asked;
  }
  const known = line.waiting.findIndex(({ member }) => member === asked.member);
  update(line, { waiting: known === -1 ? [...line.waiting, asked] : line.waiting.with(known, asked) });
  return undefined;
}

export function leave(line: LineData, left: LeaveTurn): void {
  update(line, { left: [...line.left, leftKey(left)].slice(-MOST_LEFT) });
  const member = members(line).find((known) => sameTicket(left, known));
  if (member === undefined) return;
  if (line.holder === member) {
    update(line, { holder: undefined, heldSince: undefined });
    if (left.together !== undefined) update(line, { together: added(line.together, left.together) });
  }
  const settles = left.settlesUntil === undefined ? [] : [{ ...member, until: left.settlesUntil }];
  update(line, {
    together: without(left.member, line.together),
    waiting: line.waiting.filter((known) => known !== member),
    settling: [...line.settling.filter((known) => known !== member), ...settles],
  });
}

const NOTHING: Together = { green: [], red: [] };

const without = (member: string, { green, red }: Together = NOTHING): Together => ({
  green: green.filter((proof) => proof.member !== member),
  red: red.filter((one) => one !== member),
});

/** A new result replaces an older one of the same member. */
function added(known: Together = NOTHING, { green, red }: Together): Together {
  const isNew = (member: string) => green.some((proof) => proof.member === member) || red.includes(member);
  return {
    green: [...green, ...known.green.filter(({ member }) => !isNew(member))],
    red: [...red, ...known.red.filter((member) => !isNew(member))],
  };
}

/** All that have a place, the holder first. */
export const members = ({ holder, settling, waiting }: LineData): AskTurn[] => [
  ...(holder === undefined ? [] : [holder]),
  ...settling,
  ...waiting,
];

/** Hands a free turn on; undefined when it is taken or nobody can use it. */
export function grantNext(line: LineData, now?: number): Grant | undefined {
  if (line.holder !== undefined) return undefined;
  const next = line.waiting.toSorted(before).find((asked) => !asked.isBehind || mayConflict(line, asked));
  if (next === undefined) return undefined;
  update(line, { waiting: line.waiting.filter((asked) => asked !== next), holder: next });
  if (now !== undefined) update(line, { heldSince: now });
  return grantOf(line, next);
}

/** What those who look at the line are told. */
export const statusOf = (line: LineData): LineStatus => ({
  members: members(line),
  settling: line.settling.map(({ member }) => member),
  ...(line.holder === undefined
    ? {}
    : {
        holder: {
          member: line.holder.member,
          ...defined({ since: line.heldSince }),
        },
      }),
});

/** The grant for the holder, the same when it asks again. */
export function grantOf(line: LineData, asked: AskTurn): Grant {
  const followers = followersOf(line, asked);
  const proof = proofOf(line, asked);
  return { ...asked, settles: mayConflict(line, asked), followers, ...defined({ proof }) };
}

/** Who comes next if nothing changes, up to the first that does not say what it merges or has another policy. */
function nextInLine(line: LineData, { merging }: AskTurn): Follower[] {
  const next = line.waiting.filter(({ isBehind }) => !isBehind).toSorted(before);
  const fits = (other: AskTurn) => merging !== undefined && other.merging?.policyHash === merging.policyHash;
  const end = next.findIndex((other) => !fits(other));
  return next
    .slice(0, end === -1 ? undefined : end)
    .flatMap((other) => (other.merging === undefined ? [] : [{ ...other.merging, member: other.member }]));
}

/** Of those that were red together half are tried, so that the one to blame is found in few steps. */
function followersOf(line: LineData, asked: AskTurn): Follower[] {
  const { red } = line.together ?? NOTHING;
  const followers = nextInLine(line, asked);
  const suspects = followers.filter(({ member }) => red.includes(member)).length;
  const all = red.includes(asked.member) ? 1 + suspects : undefined;
  return followers.slice(0, (all === undefined ? MOST_TOGETHER : Math.ceil(all / 2)) - 1);
}

/** Its proof, as long as those with whom it was green still follow it. */
function proofOf(line: LineData, asked: AskTurn): Proof | undefined {
  const { green } = line.together ?? NOTHING;
  const proof = green.find(({ member, headSha }) => member === asked.member && headSha === asked.merging?.headSha);
  return proof !== undefined && areNext(proof.followedBy, nextInLine(line, asked)) ? proof : undefined;
}

/** The same heads of the same members, in this order and before anybody else. */
export const areNext = (expected: readonly Standing[], next: readonly Standing[]): boolean =>
  expected.every(({ member, headSha }, index) => next[index]?.member === member && next[index]?.headSha === headSha);

/** Nobody before it settles a conflict. */
const mayConflict = ({ settling }: LineData, asked: AskTurn): boolean =>
  !settling.some((other) => before(other, asked) < 0);

export const isEmpty = (line: LineData): boolean => members(line).length === 0;

/** When the next of those who settle a conflict is waited for no longer. */
export function nextExpiry({ settling }: LineData): number | undefined {
  return settling.length === 0 ? undefined : Math.min(...settling.map(({ until }) => until));
}

export function expire(line: LineData, at: number): void {
  update(line, { settling: line.settling.filter(({ until }) => until > at) });
}
