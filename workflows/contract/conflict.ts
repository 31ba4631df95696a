/** A conflict of a merge, as the factory tells of it, and how a Worker names a side of it. */
import { z } from 'zod';

/**
 * `location`: a file in a folder that the other side renamed. `undone`: no conflict of the merge, but work of the other
 * side that was merged cleanly and is gone from the files. `dropped`: a file of the commits that a rewritten base has
 * dropped. `other`: git names it, and only a hand settles it.
 */
export type ConflictKind =
  | ('content' | 'add/add' | 'binary' | 'mode' | 'submodule')
  | ('modify/delete' | 'rename/delete' | 'rename/rename')
  | ('file/link' | 'file/folder' | 'location' | 'undone' | 'dropped' | 'other');

export interface Conflict {
  readonly path: string;
  readonly kind: ConflictKind;
  /** Other paths that belong to it: former and new names, and the `~` names that the merge made. */
  readonly others: readonly string[];
  /** What each side did, and what the merge left in the worktree. */
  readonly task: string;
  readonly base: string;
  readonly left: string;
  /** Why what was handed in does not settle it. */
  readonly problem?: string;
}

/** A side of a conflict: what the task's branch has, what the branch merged into it has, or both as they lie there. */
export const Keep = z.enum(['task', 'base', 'both']);
export type Keep = z.infer<typeof Keep>;

export const ResolvedConflict = z.object({
  path: z.string().trim().min(1).max(4_096),
  keep: Keep,
  because: z.string().trim().min(1).max(2_000),
});
export type ResolvedConflict = z.infer<typeof ResolvedConflict>;
