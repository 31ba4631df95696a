/** A worktree and its branch: what it is cut from, and what became of it. */
import type { KnownBase } from './base.ts';
import type { Secret } from './change.ts';
import type { Conflict } from './conflict.ts';
import type { Placement } from './placement.ts';

/** A worktree that is there, and whose it is. */
export interface WorktreeInput {
  readonly epicId: string;
  /** Left out for the epic's own work. */
  readonly taskKey?: string;
  readonly repository: string;
  readonly placement: Placement;
  /** Its absolute path on the host. */
  readonly worktree: string;
}

/** Exceptions from the search for secrets. */
export interface SecretsAllowed {
  /** Globs of files that may hold what looks like a secret. */
  readonly secretsAllowedIn?: readonly string[];
  /** Values that a person allowed in the epic, by hash. */
  readonly allowedSecrets?: readonly string[];
}

/** The worktree that a task needs at its place. */
export interface PrepareWorktreeInput extends SecretsAllowed {
  readonly epicId: string;
  readonly taskKey: string;
  readonly repository: string;
  readonly targetBranch: string;
  readonly placement: Placement;
  /** The base that all of the epic is built on. */
  readonly base?: KnownBase;
  /** The newest commit of the target that the task's work holds. */
  readonly from?: string;
  /** Where the forge may still have its branch, whose work was taken over since. */
  readonly replaces?: string;
}

/** The worktree as it stands: its absolute path on the host, and where its branch is. */
export interface PreparedWorktree {
  readonly worktree: string;
  readonly branch: string;
  readonly headSha: string;
  readonly baseSha: string;
  readonly isMerged: boolean;
  /** The target had dropped what the work stood on. */
  readonly takenOver?: WasTakenOver;
}

/** What a task is told of work that was taken over onto another base. */
export interface WasTakenOver {
  /** The first of the conflicts to be settled. */
  readonly conflicts: readonly Conflict[];
  /** Where the forge still has the branch as it was. */
  readonly replaces?: string;
  /** The two commits of the merge that conflicts. */
  readonly sides?: { readonly task: string; readonly base: string };
}

/** The forge's branch against a commit that it was known to be at: the same, moved on from there, or without it. */
export type BranchComparison =
  | { readonly kind: 'same' | 'ahead' | 'rewritten'; readonly headSha: string }
  | { readonly kind: 'gone' };

/** What became of a turn's checkpoint. */
export interface CheckpointResult {
  /** Null when the turn changed no file. */
  readonly sha: string | null;
  /** False when the forge did not answer; the next push brings it along. */
  readonly pushed: boolean;
  /** Nested repositories, files over 50 MB and ignored files that set-up did not make: a lost host takes them with it. */
  readonly leftOut: string[];
  /** What looks like a secret in the turn's changes; then there is no checkpoint, and nothing was pushed. */
  readonly secrets: Secret[];
}
