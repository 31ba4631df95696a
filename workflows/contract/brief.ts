/** How the round of an agent opens: what it is told, as the workflow decided it. */
import type { IgnoredFiles, LeftoverGroup, Secret } from './change.ts';
import type { Conflict } from './conflict.ts';
import type { TaskInput } from './plan.ts';
import type { FailedCheck } from './pull-request.ts';
import type { Comment, EarlierReview } from './review.ts';

/** What a merged task brought, for those that build on it. */
export interface Delivered {
  readonly key: string;
  readonly title: string;
  /** What its Worker said of it. */
  readonly summary?: string;
  readonly mergedSha: string;
}

/** What a Worker has to keep to. */
export interface Limits {
  readonly turns: number;
  readonly commandSeconds: number;
  /** The only hosts that commands reach. */
  readonly network: readonly string[];
}

/** The facts of a merge that a Worker has to settle. */
export interface ConflictBrief {
  readonly files: readonly string[];
  /** Each conflict with both sides' changes; after a refused hand-in, only those that are still open. */
  readonly conflicts?: readonly Conflict[];
  /** The two commits of the merge. */
  readonly sides?: { readonly task: string; readonly base: string };
  readonly targetBranch: string;
  /** Somebody pushed to the task's own branch: the one that `targetBranch` names then. */
  readonly isOwnBranch?: boolean;
  /** The task's work was taken over onto what `targetBranch` is since it was rewritten. */
  readonly isTakenOver?: boolean;
  /** A person's words about it. */
  readonly feedback?: { readonly by: string; readonly comment: string };
}

/** The history that a Worker is told when it is not the task's first. */
export interface Before {
  /** Why the task's life before ended. */
  readonly ended?: string;
  /** Reasons why attempts ended or were sent back, oldest first. */
  readonly tried: readonly string[];
  /** The commit that the task's own work is compared with. */
  readonly baseSha: string;
}

/** Why the round opens, with what its agent is told of that. */
export type Round =
  | { readonly kind: 'plan'; readonly title: string; readonly description: string; readonly feedback?: string }
  | {
      readonly kind: 'implement';
      readonly epicTitle: string;
      readonly task: TaskInput;
      /** The merged work that it builds on. */
      readonly delivered?: readonly Delivered[];
      readonly limits?: Limits;
      readonly targetBranch: string;
    }
  /** The red checks of this commit are read from its evidence. */
  | { readonly kind: 'verification'; readonly commitSha: string }
  | {
      readonly kind: 'changes-requested';
      readonly summary: string;
      readonly comments: readonly Comment[];
      /** The Worker handed in what was reviewed already. */
      readonly isSame?: boolean;
    }
  /** The worktree holds the merge as git left it. */
  | ({ readonly kind: 'conflict' } & ConflictBrief)
  | {
      readonly kind: 'review';
      readonly task: TaskInput;
      readonly baseSha: string;
      readonly headSha: string;
      readonly summary: string;
      /** Tests that the change deletes, skips or weakens, a line each. */
      readonly weakened?: readonly string[];
      /** Why its tests are not compared with those of the base. */
      readonly uncompared?: readonly string[];
      /** New files that no one asked for, a line for each kind. */
      readonly left?: readonly string[];
      readonly earlier?: readonly EarlierReview[];
      /** The review judges each acceptance criterion. */
      readonly judgesCriteria?: boolean;
      /** Nothing is changed: why not. */
      readonly nothingToDo?: string;
      /** In the Worker's worktree only. */
      readonly ignored?: IgnoredFiles;
    }
  /** The forge's checks of the pull request are red. */
  | { readonly kind: 'checks'; readonly commitSha: string; readonly failed: readonly FailedCheck[] }
  | { readonly kind: 'feedback'; readonly by: string; readonly comment: string }
  /** The Supervisor agent sends the task back with its advice. */
  | { readonly kind: 'guidance'; readonly comment: string }
  /** Nothing was pushed: this looks like a secret. */
  | { readonly kind: 'secrets'; readonly secrets: readonly Secret[] }
  /** New files that no one asked for, and links that lead out of the tree. */
  | {
      readonly kind: 'leftovers';
      readonly groups: readonly LeftoverGroup[];
      readonly outside: readonly string[];
    }
  /** There is mail for the Orchestrator. */
  | { readonly kind: 'correspond' }
  /** A person took the task back: what this transcript holds is all that has happened. */
  | { readonly kind: 'rewound'; readonly by: string; readonly comment?: string }
  /** The round before was ended in the middle. */
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'host-lost' }
  | { readonly kind: 'worktree-gone' }
  | { readonly kind: 'nothing-submitted' };

/**
 * With `isMoved` the Worker is told, besides, that it goes on on another machine; with `isRestored`, in a new worktree;
 * with `before`, that it takes up what others have begun.
 */
export type Brief = Round & { readonly isMoved?: boolean; readonly isRestored?: boolean; readonly before?: Before };
