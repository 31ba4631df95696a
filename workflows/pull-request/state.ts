/** What the owner of a pull request remembers of it, as plain data that outlives a run, and every way in which that changes. Pure. */
import type { Feedback, PullRequestView } from '../contract/pull-request.ts';
import { type LookRate, newLookRate } from '../look-rate.ts';
import { type Change, change, type Seen } from '../read-only-state.ts';

/** What the workflow did with its pull request itself, and what it has heard. */
interface MemoryFields {
  /** Heads that it pushed or took in: any other was put there by somebody else. */
  heads: string[];
  /** The ids of what people said that is taken up. */
  heard: string[];
  /** Taken up and not answered yet. */
  unanswered: Feedback[];
  /** Ids of those that were told to a Worker at work, and may not have been read. */
  words?: string[];
  /** The ids of the approvals that had been given when a question about the merge was answered. */
  approvals?: string[];
  checks?: ChecksMemory;
  /** Why a merge did not find the head that was pushed. */
  headMoved?: string;
  /** A person wants it open again, which it is not yet. */
  isReopening?: boolean;
  /** How often it may be looked at now. */
  looks?: LookRate;
  /** Looks in a row that the forge refused. */
  refusals?: number;
}
export type PullRequestMemory = Seen<MemoryFields>;

/** What is remembered of the checks of the present head. */
export interface ChecksMemory {
  readonly headSha: string;
  /** When the waiting began, in milliseconds. */
  readonly since: number;
  /** How often they were read while they were pending, and while they held the merge. */
  readonly reads?: number;
  readonly heldReads?: number;
  /** What ended without a verdict was run again, as far as that was possible. */
  readonly isRerun?: boolean;
  /** A person said that this commit may be merged whatever its checks say. */
  readonly waived?: boolean;
}

/** An epic or a task, which owns at most one. */
interface OwnerFields {
  pullRequest?: PullRequestView;
}
export type PullRequestOwner = Seen<OwnerFields>;

export const newMemory = (heard: readonly string[] = []): PullRequestMemory => ({
  heads: [],
  heard: [...heard],
  unanswered: [],
});

const remember = (memory: PullRequestMemory, fields: Change<MemoryFields>): void =>
  change<MemoryFields>(memory, fields);

/** A head that is the owner's work: what it pushes, or takes in from others. */
export const noteHead = (memory: PullRequestMemory, headSha: string): void =>
  remember(memory, { heads: [...memory.heads, headSha] });

/** Takes up what people said, once, and to be answered when there is something to show. */
export const hear = (memory: PullRequestMemory, said: readonly Feedback[]): void =>
  remember(memory, {
    heard: [...memory.heard, ...said.map(({ id }) => id)],
    unanswered: [...memory.unanswered, ...said],
  });

/** Takes up what people said while a Worker is at work, which is told it before its next turn. */
export function hearAtWork(memory: PullRequestMemory, said: readonly Feedback[]): void {
  hear(memory, said);
  remember(memory, { words: [...(memory.words ?? []), ...said.map(({ id }) => id)] });
}

/** It is known of all words at work whether they were read. Returns what the unread ones said. */
export function settleWords(memory: PullRequestMemory, unread: readonly string[]): Feedback[] {
  remember(memory, { words: undefined });
  return memory.unanswered.filter(({ id }) => unread.includes(id));
}

/** A question about the merge is answered: these approvals are of what it asked about, and stand as long as the answer. */
export const noteApprovals = (memory: PullRequestMemory, given: readonly Feedback[]): void =>
  remember(memory, { approvals: [...new Set([...(memory.approvals ?? []), ...given.map(({ id }) => id)])] });

/** What was approved is dropped: a new question needs a new approval. */
export const dropApprovals = (memory: PullRequestMemory): void =>
  remember(memory, { heard: [...memory.heard, ...(memory.approvals ?? [])], approvals: undefined });

export const noteAnswered = (memory: PullRequestMemory, { id }: Feedback): void =>
  remember(memory, { unanswered: memory.unanswered.filter((said) => said.id !== id) });

/** A merge did not find the head that was pushed, and nothing that can be seen says why. */
export const noteHeadMoved = (memory: PullRequestMemory, why: string): void => remember(memory, { headMoved: why });
export const forgetHeadMoved = (memory: PullRequestMemory): void => remember(memory, { headMoved: undefined });

export const noteReopening = (memory: PullRequestMemory): void => remember(memory, { isReopening: true });
export const noteReopened = (memory: PullRequestMemory): void => remember(memory, { isReopening: undefined });

/** The budget of looks, which begins with the first. */
export function looksOf(memory: PullRequestMemory, nowMs: number): LookRate {
  const looks = memory.looks ?? newLookRate(nowMs);
  if (memory.looks === undefined) remember(memory, { looks });
  return looks;
}

/** Returns how many looks in a row the forge has refused by now. */
export function noteLook(memory: PullRequestMemory, isRefused: boolean): number {
  const refusals = isRefused ? (memory.refusals ?? 0) + 1 : 0;
  remember(memory, { refusals });
  return refusals;
}

/** The memory of this head's checks, which begins with the first look at them. */
export function checksOf(memory: PullRequestMemory, headSha: string, nowMs: number): ChecksMemory {
  if (memory.checks?.headSha === headSha) return memory.checks;
  const checks = { headSha, since: nowMs };
  remember(memory, { checks });
  return checks;
}

/** A person wants the checks of this head to be looked at from now on, or its merge whatever they say. */
export const settleHeld = (
  memory: PullRequestMemory,
  { headSha, isWaived, nowMs }: { readonly headSha: string; readonly isWaived: boolean; readonly nowMs: number },
): void => remember(memory, { checks: { headSha, since: nowMs, ...(isWaived ? { waived: true } : {}) } });

/** Returns how often the checks were read while they were pending. */
export const notePendingRead = (memory: PullRequestMemory): number => countRead(memory, 'reads');

/** Returns how often the checks were read while they held the merge. */
export const noteHeldRead = (memory: PullRequestMemory): number => countRead(memory, 'heldReads');

export function noteRerun(memory: PullRequestMemory): void {
  if (memory.checks !== undefined) remember(memory, { checks: { ...memory.checks, isRerun: true } });
}

function countRead(memory: PullRequestMemory, kind: 'reads' | 'heldReads'): number {
  const { checks } = memory;
  const reads = (checks?.[kind] ?? 0) + 1;
  if (checks !== undefined) remember(memory, { checks: { ...checks, [kind]: reads } });
  return reads;
}

/** The owner's pull request, as it was opened, found or closed. */
export const setPullRequest = (owner: PullRequestOwner, pullRequest: PullRequestView): void =>
  change<OwnerFields>(owner, { pullRequest });

/** The owner's pull request is at another commit. */
export function moveHead(owner: PullRequestOwner, headSha: string): void {
  if (owner.pullRequest !== undefined) setPullRequest(owner, { ...owner.pullRequest, headSha });
}

export function noteMerged(owner: PullRequestOwner, mergedSha: string): void {
  const { pullRequest } = owner;
  if (pullRequest !== undefined) setPullRequest(owner, { ...pullRequest, state: 'merged', mergedSha });
}

/** The pull request that an owner must have by now; its absence is a mistake of ours. */
export function requirePullRequest({ pullRequest }: PullRequestOwner): PullRequestView {
  if (pullRequest === undefined) throw new Error('There is no pull request yet');
  return pullRequest;
}
