/** What the owner of a pull request remembers of it: plain data that outlives a run. */
import type { Feedback } from '../contract/pull-request.ts';
import type { LookBudget } from '../look-budget.ts';

/** What the workflow did with its pull request itself, and what it has heard: plain data that outlives a run. */
export interface PullRequestMemory {
  /** Heads that it pushed or took in: any other was put there by somebody else. */
  heads: string[];
  /** The ids of what people said that is taken up. */
  heard: string[];
  /** Taken up and not answered yet. */
  unanswered: Feedback[];
  checks?: ChecksMemory;
  /** Why a merge did not find the head that was pushed. */
  headMoved?: string;
  /** A person wants it open again, which it is not yet. */
  isReopening?: boolean;
  /** How often it may be looked at now. */
  looks?: LookBudget;
  /** Looks in a row that the forge refused. */
  refusals?: number;
}

/** What is remembered of the checks of the present head. */
export interface ChecksMemory {
  readonly headSha: string;
  /** When the waiting began, in milliseconds. */
  since: number;
  /** How often they were read while they were pending, and while they held the merge. */
  reads?: number;
  heldReads?: number;
  /** What ended without a verdict was run again, as far as that was possible. */
  isRerun?: boolean;
  /** A person said that this commit may be merged whatever its checks say. */
  waived?: boolean;
}
