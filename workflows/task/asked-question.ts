/** What a task has asked a person, as plain data that outlives a run. */
import type { Question } from '../ask-person.ts';
import type { SubmitWork } from '../contract/agent.ts';
import type { Secret } from '../contract/change.ts';

/** The question that the task waits on, so that the next run waits on for the same answer. */
export interface AskedQuestion {
  readonly question: Question;
  readonly about: About;
}

/** What people had wanted of a task when it failed between rounds: a rewind, or something done to its pull request. */
export interface Known {
  readonly rewindId?: string;
  /** By `nameOfNews`. */
  readonly news?: string;
}

/** The subject of a question: what the answer decides. */
export type About =
  | { readonly kind: 'findings'; readonly hash: string; readonly what: string }
  | { readonly kind: 'merge'; readonly headSha: string; readonly diffHash: string; readonly weakened?: string }
  | { readonly kind: 'rejected'; readonly comment?: string }
  | { readonly kind: 'checks'; readonly headSha: string }
  /** Until then, where it is tried again without an answer. A failure between rounds alone has `knowing`. */
  | { readonly kind: 'mend'; readonly until?: number; readonly knowing?: Known }
  | { readonly kind: 'base-red'; readonly names: readonly string[] }
  | {
      readonly kind: 'secrets';
      readonly hashes: readonly string[];
      readonly secrets: readonly Secret[];
      /** What its Worker handed in. */
      readonly work: SubmitWork;
    }
  | { readonly kind: 'base' | 'closed' | 'rewritten' | 'merged' }
  /** It was merged by hand, and how that differs from the merge that was to be. */
  | { readonly kind: 'elsewhere'; readonly fault: string };
