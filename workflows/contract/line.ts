/** Messages between the line of a branch and the epics and tasks that merge into it. */
import { defineQuery, defineSignal } from '@temporalio/workflow';
import { z } from 'zod';

/** Names one asking: granting or leaving with another ticket changes nothing. */
const Ticket = {
  /** The workflow id of the task or epic. */
  member: z.string().min(1).max(400),
  ticket: z.string().min(1).max(100),
};

/** What a member is going to merge, so that members can be verified together. */
export const Merging = z.object({
  epicId: z.string().min(1),
  /** `epic` for an epic's own branch. */
  taskKey: z.string().min(1),
  branch: z.string().min(1),
  headSha: z.string().min(1),
  /** Only members of the same policy are verified together. */
  policyHash: z.string().min(1),
});
export type Merging = z.infer<typeof Merging>;

/** So many changes are verified together at most. */
export const MOST_TOGETHER = 8;

/** Asks for the turn to merge; idempotent by ticket, so a member may ask again when it receives nothing. */
export const AskTurn = z.object({
  ...Ticket,
  /** The epic's: 1 the most urgent, 0 none and after 4. */
  priority: z.number().int().min(0).max(4),
  /** When it first asked, in milliseconds: its place, which it keeps until it has merged. */
  since: z.number().nonnegative(),
  /** The run that asks. A run that a reset made asks with the tickets that it shares with its former one. */
  run: z.string().min(1),
  /** It conflicts with the branch, and waits until those before it have settled their own conflicts. */
  isBehind: z.boolean().default(false),
  merging: Merging.optional(),
});
export type AskTurn = z.infer<typeof AskTurn>;
export const askTurnSignal = defineSignal<[unknown?]>('askTurn');

/** A member that stands in the line with this commit. */
export const Standing = z.object({ member: z.string(), headSha: z.string() });
export type Standing = z.infer<typeof Standing>;

/** A member was green together with others. It counts while it merges exactly these files and they follow it. */
export const Proof = Standing.extend({
  treeSha: z.string(),
  followedBy: z.array(Standing).max(MOST_TOGETHER),
  /** Where the evidence is: on the commit that held all of them. */
  evidence: z.object({ epicId: z.string(), taskKey: z.string(), commitSha: z.string() }),
});
export type Proof = z.infer<typeof Proof>;

/** The result of verifying a member together with those behind it, in their order. */
export const Together = z.object({
  green: z.array(Proof).max(MOST_TOGETHER),
  /** Workflow ids of those that were red with it; at least one of them is to blame. */
  red: z.array(z.string()).max(MOST_TOGETHER),
});
export type Together = z.infer<typeof Together>;

/** Gives the turn, or the place, back; idempotent by ticket. */
export const LeaveTurn = z.object({
  ...Ticket,
  /** The run whose asking it was: another one may still ask with this ticket. Messages of before do not say. */
  run: z.string().min(1).optional(),
  /** It settles a conflict until then (milliseconds); nobody else is sent into one before it comes back. */
  settlesUntil: z.number().nonnegative().optional(),
  together: Together.optional(),
});
export type LeaveTurn = z.infer<typeof LeaveTurn>;
export const leaveTurnSignal = defineSignal<[unknown?]>('leaveTurn');

/** From the line: it is this asking's turn. */
export const GrantTurn = z.object({
  ticket: z.string(),
  /** False while somebody before it settles a conflict: then its own conflict is not its to settle yet. */
  settles: z.boolean(),
  /** Those behind it in their order, whose work may be verified together with its own. */
  followers: z.array(Merging.extend({ member: z.string() })).default([]),
  proof: Proof.optional(),
});
export type Follower = Merging & { readonly member: string };
export type GrantTurn = z.infer<typeof GrantTurn>;
export const grantTurnSignal = defineSignal<[unknown?]>('grantTurn');

/** The branch that a line leads to. */
export const LineTarget = z.object({ repository: z.string().min(1), branch: z.string().min(1) });
export type LineTarget = z.infer<typeof LineTarget>;

export const lineStatusQuery = defineQuery<LineStatus>('status');

/** Who stands in the line, and in whose run: the holder first, then those who settle a conflict, then those who wait. */
export interface LineStatus {
  readonly members: readonly AskTurn[];
  /** Who has the turn, since when (milliseconds); workers of before do not say. */
  readonly holder?: { readonly member: string; readonly since?: number };
  /** Those who settle a conflict. */
  readonly settling?: readonly string[];
}
