/** What the factory knows about a worktree between steps, stored in a file in the worktree’s git folder. */
import type { RefMove } from '../../clients/git/refs.ts';
import type { KnownBase } from '../../workflows/contract/base.ts';
import type { Conflict } from '../../workflows/contract/conflict.ts';

export interface WorktreeState {
  /** A new one for each worktree. */
  readonly id: string;
  /** The placement that owns the worktree; an older one may no longer touch it. */
  readonly epoch: number;
  /** Its making has ended, so a command may have run in it: nothing of it is thrown away any more. */
  readonly ready: boolean;
  /** A change of the whole tree that a kill may have interrupted: it is ended before anything else happens. */
  readonly moving?: TreeMove;
  /** A merge with conflicts that was laid into it and is not committed yet. */
  readonly conflict?: LaidConflict;
  /** The set-up command (its hash) that has run here. */
  readonly setUp?: string;
  /** The one that was begun in a clean tree and has not ended. */
  readonly settingUp?: string;
  readonly removing?: boolean;
  /** The base that its work is built on. */
  readonly base?: KnownBase;
  /** Where the forge has its branch with the work as it was before another base was taken, until that is pushed. */
  readonly replaces?: string;
  /** Its work was taken over onto a rewritten base. */
  readonly takenOver?: TakenOver;
}

/** The tree was clean when this began, so whatever differs may be overwritten. */
export interface TreeMove {
  readonly tree: string;
  readonly head?: RefMove;
  /** The conflict that the agent must settle in that tree. */
  readonly conflict?: LaidConflict;
}

export interface LaidConflict {
  /** The head that it was laid on. */
  readonly head: string;
  /** The commit whose merge it is. */
  readonly parent: string;
  /** It was pushed to the worktree's own branch, not to the target. */
  readonly isOwnBranch?: boolean;
  /** The work was taken over onto a rewritten base: both commits only stand for its sides, and stay out of the branch. */
  readonly isTakenOver?: boolean;
}

/** Work that was moved onto a rewritten base. */
export interface TakenOver {
  /** The placement that took it over, and the commit of the target that its workflow knew it to stand on. */
  readonly epoch: number;
  readonly wanted: string;
  /** The one that it stood on, with those of earlier take-overs, and the one that it stands on now. */
  readonly from: string;
  readonly dropped: readonly string[];
  readonly onto: string;
  readonly headSha: string;
  /** The files, and as far as they may be shown to the forge. */
  readonly laid: string;
  readonly tree: string;
  /** The merge that lies in the files to be settled, and the first of its conflicts. */
  readonly merging?: LaidConflict;
  readonly conflicts: readonly Conflict[];
  /** Where the forge still has the branch as it was. */
  readonly replaces?: string;
  /** Where the task's chain ended, whose files can be taken over too when a person goes back to them. */
  readonly chainEnd?: string;
}
