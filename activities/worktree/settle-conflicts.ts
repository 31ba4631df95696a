/** Judges whether the files of a worktree settle the merge that was laid into it, and keeps the sides that were named. */

import { type Patch, patchTree } from '../../clients/git/patch-tree.ts';
import type { Conflict, ResolvedConflict } from '../../workflows/contract/conflict.ts';
import { defined } from '../../workflows/contract/optional-fields.ts';
import { mergeTrees } from './commits.ts';
import { findConflicts } from './conflicts.ts';
import { changedPaths, readHandedIn } from './handed-in-merge.ts';
import { judgeConflict } from './judge-conflict.ts';
import type { LaidConflict } from './worktree-memory.ts';
import { headOf, moveTree, type Worktree } from './worktree-state.ts';

export interface Settlement {
  /** Conflicts that are not settled, the first of them. */
  readonly unsettled: Conflict[];
  readonly worktree: Worktree;
  /** The files with the sides that were named. */
  readonly tree: string;
}

/** How many conflicts are told of at a time; the rest are told when these are settled. */
const MOST_TOLD = 50;

/** As they go to the workflow: without what only git needs. */
export function told(conflicts: readonly Conflict[]): Conflict[] {
  return conflicts.slice(0, MOST_TOLD).map(({ path, kind, others, task, base, left, problem }) => ({
    path,
    kind,
    others: others.slice(0, 5),
    task,
    base,
    left,
    ...defined({ problem }),
  }));
}

/**
 * The merge is computed again, so no list can get lost. Idempotent: sides that were kept are found settled by the next
 * try. `tree` is what the worktree holds now.
 */
export async function settleConflicts(
  worktree: Worktree,
  laid: LaidConflict,
  { tree, resolved }: { tree: string; resolved: readonly ResolvedConflict[] },
): Promise<Settlement> {
  const { bare } = worktree;
  const sides = { ours: laid.head, theirs: laid.parent };
  const merge = await mergeTrees(bare, { ...sides, base: laid.parent });
  const conflicts = merge.kind === 'clean' ? [] : findConflicts(merge.report, sides);
  const [fromMerge, fromOurs] = await Promise.all([
    changedPaths(bare, merge.tree, tree),
    changedPaths(bare, laid.head, tree),
  ]);
  const inConflict = new Set(conflicts.flatMap(({ path, others }) => [path, ...others]));
  const undone = [...fromMerge.keys()].filter((path) => !fromOurs.has(path) && !inConflict.has(path));
  const handedIn = await readHandedIn(bare, { conflicts, fromMerge, tree, laid: merge.tree, sides });
  const isThrownAway =
    laid.isTakenOver === true
      ? tree !== merge.tree && tree === (await headOf(worktree)).tree
      : fromOurs.size === 0 && (undone.length > 0 || handedIn.hadMarkers);
  if (isThrownAway && conflicts.length > 0) {
    return await layAgain(worktree, laid, { tree, merged: merge.tree, resolved });
  }
  const patches: Patch[] = [];
  const unsettled: Conflict[] = [];
  for (const conflict of conflicts) {
    const verdict = judgeConflict(conflict, findNamed(worktree, conflict, resolved), handedIn);
    if (verdict.kind === 'unsettled') unsettled.push({ ...conflict, problem: verdict.problem });
    else if (verdict.patch !== undefined) patches.push(verdict.patch);
  }
  const lost = undone.map(undoneAt);
  unsettled.push(...lost.filter((conflict) => findNamed(worktree, conflict, resolved)?.keep !== 'task'));
  if (unsettled.length > 0 || patches.length === 0) return { unsettled: told(unsettled), worktree, tree };
  const kept = await patchTree(bare, tree, patches);
  if (kept === tree) return { unsettled: [], worktree, tree };
  return { unsettled: [], worktree: await moveTree(worktree, tree, { tree: kept, conflict: laid }), tree: kept };
}

/** The files are those of before the merge, so nothing is left of it to be settled. */
async function layAgain(
  worktree: Worktree,
  laid: LaidConflict,
  { tree, merged, resolved }: { tree: string; merged: string; resolved: readonly ResolvedConflict[] },
): Promise<Settlement> {
  const again = await moveTree(worktree, tree, { tree: merged, conflict: laid });
  const settlement = await settleConflicts(again, laid, { tree: merged, resolved });
  const why = 'the whole merge was thrown away and lies in the worktree again; now';
  return {
    ...settlement,
    unsettled: settlement.unsettled.map((each) => ({ ...each, problem: `${why} ${each.problem}` })),
  };
}

const undoneAt = (path: string): Conflict => ({
  path,
  kind: 'undone',
  others: [],
  task: 'has it as before the merge',
  base: 'changed it, without a conflict',
  left: 'the base’s change',
  problem: 'the base’s change is gone: bring it back, or name the path in resolved with keep: task, and why',
});

/** A path may be named by any of its names, from the root of the worktree or of the machine; a folder names all in it. */
function findNamed({ path: root }: Worktree, conflict: Conflict, resolved: readonly ResolvedConflict[]) {
  const names = [conflict.path, ...conflict.others];
  return resolved.find(({ path }) => {
    const plain = (path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path).replace(/^(\.\/)+|\/+$/g, '');
    return names.includes(plain) || (conflict.kind === 'undone' && conflict.path.startsWith(`${plain}/`));
  });
}
