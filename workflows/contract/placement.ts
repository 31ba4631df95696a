/** The hosts where tasks and epics run, and how they leave them. */

/** Where a task or epic runs. The epoch grows by one each time it is placed; a higher one fences the lower. */
export interface Placement {
  readonly host: string;
  readonly epoch: number;
  /** What commands run in there, in the host's words. */
  readonly sandbox?: string;
}

/** A worktree that is to go: a task's only when it holds nothing that is not on the forge. */
export interface RemoveWorktreeInput {
  readonly epicId: string;
  /** A task's key, or with `discard` the name of a detached worktree. */
  readonly name: string;
  readonly repository: string;
  readonly placement: Placement;
  /** Means the detached worktree of that name, whatever it holds: a task's can never be thrown away. */
  readonly discard: boolean;
}

/** Whether it went, or why it stayed. */
export interface RemoveWorktreeResult {
  readonly removed: boolean;
  readonly reason?: string;
}

/** What a task or epic gives back when it leaves. */
export interface LeaveHostInput {
  readonly epicId: string;
  /** Left out for the epic's own work. */
  readonly taskKey?: string;
  readonly placement: Placement;
  /** The workflow that holds the slot, by its id. */
  readonly holder: string;
  /** The worktree to remove; without it what is there stays. */
  readonly worktree?: Pick<RemoveWorktreeInput, 'name' | 'repository' | 'discard'>;
  /** A detached worktree, which is thrown away with everything in it, if it is still there. */
  readonly detached?: Pick<RemoveWorktreeInput, 'name' | 'repository'>;
}

export interface LeaveHostResult {
  readonly worktree?: RemoveWorktreeResult;
  readonly detached?: RemoveWorktreeResult;
  /** False while PostgreSQL is away: the slot is still to be given back (releaseHost). */
  readonly released: boolean;
}
