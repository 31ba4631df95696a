/** Merging the target branch into a task's or the epic's own work, in its worktree. */
import { createHash } from 'node:crypto';
import { finalFailure } from '../../clients/failures.ts';
import { isAncestor } from '../../clients/git/ancestry.ts';
import { refuseRewritten } from '../../clients/git/base-branch.ts';
import { gitFailure } from '../../clients/git/failures.ts';
import { type GitRepo, gitResult } from '../../clients/git/git.ts';
import { EPIC_NAME } from '../../clients/git/names.ts';
import { forgeBranch, readForge, refuseRewrittenThere } from '../../clients/git/remote.ts';
import type { GitHost } from '../../clients/git/repository.ts';
import type { KnownBase } from '../../workflows/contract/base.ts';
import type { Findings } from '../../workflows/contract/change.ts';
import type { Conflict } from '../../workflows/contract/conflict.ts';
import type { WorktreeInput } from '../../workflows/contract/worktree.ts';
import { listChanged } from '../change/list-changed.ts';
import type { ProtectionPolicy } from '../change/protections.ts';
import { readProtected } from '../change/read-protected.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { withSizes } from './change-sizes.ts';
import { commitTree, type MergedTrees, mergeTrees, trailer } from './commits.ts';
import type { MergeSides } from './conflict-groups.ts';
import { findConflicts } from './conflicts.ts';
import { told } from './settle-conflicts.ts';
import { takeSnapshot } from './snapshot.ts';
import { headMove, headOf, moveTree, openWorktree, updateState, type Worktree } from './worktree-state.ts';

export interface MergeTargetInput extends WorktreeInput {
  readonly targetBranch: string;
  readonly message: string;
  /** A conflict is only reported, not laid into the worktree. */
  readonly leavesConflict?: boolean;
  /** The protected paths that the change is searched for, unless its head is one that was `seen` before. */
  readonly protection?: ProtectionPolicy & { readonly seen?: string | undefined };
}

export type MergeTargetResult =
  | {
      readonly kind: 'unchanged' | 'merged';
      readonly headSha: string;
      readonly treeSha: string;
      readonly targetSha: string;
      /** Of what a person reads: the change against the target. Equal before and after a merge that left it alone. */
      readonly diffHash: string;
      /** The protected paths that the change touches. */
      readonly protected?: Findings;
    }
  | ConflictResult;

export interface ConflictResult {
  readonly kind: 'conflict';
  readonly files: string[];
  /** The first of them, with what both sides did. */
  readonly conflicts: readonly Conflict[];
  readonly headSha: string;
  readonly targetSha: string;
}

export function createMergeActivities(host: GitHost) {
  return {
    /**
     * Merges the forge's target branch into the worktree's head. A conflict is laid into a task's worktree, with
     * markers, for its agent to settle; a detached worktree stays as it was. Neither side of a conflict is ever picked.
     * Names the protected paths that the change touches against the target.
     * Idempotent: a head that is this merge answers as the merge did, so that a search for protected paths that failed is
     * done again without another merge; a conflict that is laid and not committed yet is answered again, whatever the
     * agent has made of it, and not laid again.
     * Fails: BaseBranchMissing, BaseRewritten, ChangesUncommitted, those of worktrees (final); GitFailed (retried).
     * Runs on: host-<name>.
     */
    mergeTarget: (input: MergeTargetInput) => withHeartbeat((signal) => mergeTarget(host, input, signal)),
  };
}

async function mergeTarget(host: GitHost, input: MergeTargetInput, signal: AbortSignal): Promise<MergeTargetResult> {
  const opened = await openWorktree(host, input, signal);
  const { bare } = opened;
  const laid = await readLaid(opened);
  if (laid !== undefined) return laid;
  const wanted = forgeBranch(input.targetBranch);
  const [refs, head] = await Promise.all([readForge(bare, [wanted]), headOf(opened)]);
  const target = refs.get(wanted.there);
  if (target === undefined) throw finalFailure('BaseBranchMissing', `The forge has no branch ${input.targetBranch}`);
  const targetSha = target.sha;
  if (bare.base !== undefined) await refuseRewrittenThere(bare, bare.base);
  const worktree = await noteBase(opened, { branch: input.targetBranch, sha: targetSha });
  const done = async (kind: 'unchanged' | 'merged', headSha: string, treeSha: string): Promise<MergeTargetResult> => ({
    ...{ kind, headSha, treeSha, targetSha, diffHash: await hashDiff(bare, targetSha, headSha) },
    ...(await findProtected(bare, input.protection, { targetSha, headSha })),
  });
  if (await isAncestor(bare, targetSha, head.sha)) {
    return await done(
      trailer(head.message, 'Factory-Merged') === targetSha ? 'merged' : 'unchanged',
      head.sha,
      head.tree,
    );
  }
  const [merge, snapshot] = await Promise.all([
    mergeTrees(bare, { ours: head.sha, theirs: targetSha, base: targetSha }),
    takeSnapshot(worktree),
  ]);
  const isLaid = merge.kind === 'conflict' && snapshot.tree === merge.tree;
  if (snapshot.tree !== head.tree && !isLaid) {
    throw finalFailure(
      'ChangesUncommitted',
      `${worktree.path} holds changes that are not committed; commit them first`,
    );
  }
  if (merge.kind === 'conflict') {
    const conflict = { head: head.sha, parent: targetSha };
    const result = await conflictResult(bare, merge, { ours: head.sha, theirs: targetSha });
    if (input.leavesConflict === true) return result;
    if (isLaid) await updateState(worktree, { conflict });
    else if (worktree.branch !== undefined) await moveTree(worktree, head.sha, { tree: merge.tree, conflict });
    return result;
  }
  const sha = await commitTree(bare, {
    tree: merge.tree,
    parents: [head.sha, targetSha],
    message: input.message,
    trailers: {
      'Factory-Epic': input.epicId,
      'Factory-Task': input.taskKey ?? EPIC_NAME,
      'Factory-Merged': targetSha,
    },
    author: host.author,
  });
  await moveTree(worktree, head.sha, { tree: merge.tree, head: headMove(worktree, head.sha, sha) });
  return await done('merged', sha, merge.tree);
}

async function findProtected(
  bare: GitRepo,
  protection: MergeTargetInput['protection'],
  { targetSha, headSha }: { readonly targetSha: string; readonly headSha: string },
): Promise<{ protected?: Findings }> {
  if (protection === undefined || protection.seen === headSha) return {};
  const found = await readProtected(bare, await listChanged(bare, targetSha, headSha), protection);
  return found === undefined ? {} : { protected: found };
}

/** Where the target is the base, the work is built on this commit of it from now on. */
async function noteBase(worktree: Worktree, target: KnownBase): Promise<Worktree> {
  const { base } = worktree.state;
  if (base?.branch !== target.branch) return worktree;
  await refuseRewritten(worktree.bare, base, target.sha);
  return await updateState(worktree, { base: target });
}

/** The conflict that waits in the worktree to be settled and committed. */
async function readLaid(worktree: Worktree): Promise<MergeTargetResult | undefined> {
  const { bare } = worktree;
  const { conflict } = worktree.state;
  if (conflict === undefined) return undefined;
  const head = await headOf(worktree);
  if (await isAncestor(bare, conflict.parent, head.sha)) return undefined;
  // An agent that threw it all away has nothing to settle: it is laid again. A take-over is not met a second time.
  if (conflict.isTakenOver !== true && (await takeSnapshot(worktree)).tree === head.tree) return undefined;
  const sides = { ours: conflict.head, theirs: conflict.parent };
  return await conflictResult(bare, await mergeTrees(bare, { ...sides, base: conflict.parent }), sides);
}

async function conflictResult(bare: GitRepo, merge: MergedTrees, sides: MergeSides): Promise<ConflictResult> {
  const facts = { kind: 'conflict', headSha: sides.ours, targetSha: sides.theirs } as const;
  if (merge.kind === 'clean') return { ...facts, files: [], conflicts: [] };
  const conflicts = await withSizes(bare, sides, told(findConflicts(merge.report, sides)));
  return { ...facts, files: merge.files, conflicts };
}

/** A hash of the diff without what moves when only its surroundings do: blob names and line numbers. */
async function hashDiff(bare: GitRepo, target: string, head: string): Promise<string> {
  const options = ['-r', '-p', '--binary', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color'];
  const args = ['diff-tree', ...options, target, head];
  const result = await gitResult(bare, args);
  if (result.exitCode !== 0 && !result.truncated) throw gitFailure(args, result.exitCode, result.stderr);
  // Too much to compare counts as changed.
  const diff = result.truncated ? `${target}..${head}` : result.stdout;
  const stable = diff.replace(/^index [0-9a-f]+\.\.[0-9a-f]+/gm, 'index').replace(/^@@ -\S+ \+\S+ @@.*$/gm, '@@');
  return createHash('sha256').update(stable).digest('hex');
}
