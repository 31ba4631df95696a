/** What an agent keeps in mind of its last turns, so that a loop is seen. */

export type LoopKind = 'same-action' | 'same-error' | 'alternating';

/** What a turn did and what came of it, as hashes. */
export interface TurnMark {
  readonly action: string;
  readonly result: string;
  /** Every call of it failed. */
  readonly isError: boolean;
}

/** At most the six last turns, and the kinds of loops that the agent was told of in this round. */
export interface LoopMemory {
  readonly recent: readonly TurnMark[];
  readonly told: readonly LoopKind[];
}
