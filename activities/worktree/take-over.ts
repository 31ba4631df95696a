/**
 * Taking work over onto a base that has dropped what it stood on: its changes come along in one commit, the dropped
 * history stays behind.
 */
import { finalFailure } from '../../clients/failures.ts';
import { isAncestor } from '../../clients/git/ancestry.ts';
import { git } from '../../clients/git/git.ts';
import { moveRefs, type Ref, readCommit } from '../../clients/git/refs.ts';
import type { Clone } from '../../clients/git/repository.ts';
import type { WasTakenOver } from '../../workflows/contract/worktree.ts';
import { type Exempt, scanChange } from '../secrets/scan.ts';
import { withSizes } from './change-sizes.ts';
import { type Chain, makeCheckpoint, pushChain, readChain, refuseReplaced } from './checkpoint-chain.ts';
import { commitTree, type MergedTrees, trailer } from './commits.ts';
import type { MergeSides } from './conflict-groups.ts';
import { droppedFiles } from './dropped-commits.ts';
import { branchMoves, makeWorktree } from './prepare.ts';
import { lay } from './rewind.ts';
import { told } from './settle-conflicts.ts';
import { takeSnapshot } from './snapshot.ts';
import { publicMerge, type Replanted, replant, type TakeOverMerge } from './take-over-merge.ts';
import type { LaidConflict, TakenOver } from './worktree-memory.ts';
import { headOf, updateState, type Worktree } from './worktree-state.ts';

export const toldOf = ({ conflicts, replaces, merging }: TakenOver): WasTakenOver => ({
  conflicts,
  ...(replaces === undefined ? {} : { replaces }),
  ...(merging === undefined ? {} : { sides: { task: merging.head, base: merging.parent } }),
});

export interface TakeOverInput {
  readonly bare: Clone;
  readonly chain: Chain & { readonly taskKey: string };
  readonly path: string;
  readonly branch: string;
  readonly targetBranch: string;
  /** The newest commit of the target that the work holds. */
  readonly from: string;
  readonly target: Ref;
  /** The branch on the forge, and here. */
  readonly remote: Ref | undefined;
  readonly local: Ref | undefined;
  /** The task's worktree, where its files are the newest. */
  readonly worktree: Worktree | undefined;
  readonly exempt: Exempt;
}

/**
 * Makes branch and worktree the task's changes on top of the target, and starts a new checkpoint chain. A conflict is
 * laid into the worktree with its markers, uncommitted. What the worktree held before is kept on this host.
 * Idempotent: a worktree that notes it is left as it is, and only what did not reach the forge is pushed.
 */
export async function takeOver(input: TakeOverInput): Promise<TakenOver> {
  const { bare, chain } = input;
  const state = await readChain(bare, chain);
  refuseReplaced(chain, state);
  const noted = input.worktree?.state.takenOver;
  const isNoted = noted?.wanted === input.from;
  const { local, fetched } = state;
  const taken = isNoted ? noted : await layTaken(input, await readWork(input), (local ?? fetched)?.sha);
  // A kill came between the note and the files.
  if (isNoted && input.worktree !== undefined) await layNoted(input.worktree, chain, noted);
  if (state.fetched?.epoch !== chain.epoch) {
    const { tree, laid, headSha: head, merging: conflict } = taken;
    const merging = tree === laid ? conflict : undefined;
    const after = merging && (await keepSides(chain, merging, tree));
    const sha = await makeCheckpoint(bare, chain, { tree, head, after, why: 'taken over onto another base', merging });
    await pushChain(bare, chain, { sha, expected: state.fetched?.sha });
  }
  return taken;

  /** The chain begins with both sides, so that they can be read wherever it is. */
  function keepSides({ author }: Chain, { head, parent }: LaidConflict, tree: string): Promise<string> {
    const message = 'The sides of a take-over';
    return commitTree(bare, { tree, parents: [head, parent], message, author });
  }
}

interface Work {
  readonly head: Ref;
  /** Its files, committed or not. */
  readonly tree: string;
  /** What they stand on, where that is not what the head stands on. */
  readonly from?: string;
}

async function readWork({ bare, chain, worktree, remote }: TakeOverInput): Promise<Work | undefined> {
  if (worktree !== undefined) {
    const [head, { conflict }] = [await headOf(worktree), worktree.state];
    if (conflict !== undefined) return await workOf(bare, head, conflict);
    return { head, tree: (await takeSnapshot(worktree)).tree };
  }
  const { local, fetched } = await readChain(bare, chain);
  const isBeyond = local !== undefined && (fetched === undefined || (await isAncestor(bare, fetched.sha, local.sha)));
  const end = isBeyond ? local : fetched;
  if (end === undefined) return remote && { head: remote, tree: remote.tree };
  const head = await readCommit(bare, end.head);
  return end.merging === undefined ? { head, tree: end.tree } : await workOf(bare, head, end.merging);
}

/** A merge that is not settled holds what may have been dropped; of an earlier take-over the task's side counts. */
async function workOf(bare: Clone, head: Ref, merge: LaidConflict): Promise<Work> {
  if (merge.isTakenOver !== true) return { head, tree: head.tree };
  const { tree, parents } = await readCommit(bare, merge.head);
  const [from] = parents;
  return { head, tree, ...(from === undefined ? {} : { from }) };
}

async function layTaken(
  input: TakeOverInput,
  work: Work | undefined,
  chainEnd: string | undefined,
): Promise<TakenOver> {
  const { bare, chain, path, branch, target, remote, local, exempt } = input;
  const from = work === undefined ? input.from : await newestHeld(input, work.head);
  const nothing: MergedTrees = { kind: 'clean', tree: target.tree };
  const committed = work === undefined ? nothing : await replant(bare, { from, onto: target, tree: work.head.tree });
  const isCommitted = work === undefined || (work.from === undefined && work.tree === work.head.tree);
  const replanting = { from: work?.from ?? from, onto: target, tree: work?.tree ?? target.tree };
  const files = isCommitted ? committed : await replant(bare, replanting);
  const merge =
    'sides' in files && files.kind === 'conflict'
      ? await publicMerge(bare, replanting, files, chain.author)
      : undefined;
  const isShowable = async (tree: string) =>
    (await scanChange(bare, { from: target.tree, to: tree, exempt: { ...exempt, base: target.sha } })).length === 0 &&
    (await droppedFiles(bare, { from, onto: target.sha, tree })).length === 0;
  const isKept = committed.kind === 'clean' && (await isShowable(committed.tree));
  const kept = isKept ? committed.tree : target.tree;
  const replaces = remote !== undefined && !(await isAncestor(bare, remote.sha, target.sha)) ? remote.sha : undefined;
  const headSha =
    kept === target.tree && replaces === undefined
      ? target.sha
      : await commitTree(bare, {
          ...{ tree: kept, parents: [target.sha], author: chain.author },
          message: `Take over the work on ${chain.taskKey} onto the rewritten base`,
          trailers: { 'Factory-Epic': chain.epicId, 'Factory-Task': chain.taskKey },
        });
  const laid = merge?.tree ?? files.tree;
  const areShowable = await Promise.all((merge?.shown ?? [laid]).map(isShowable));
  const taken: TakenOver = {
    ...{ epoch: chain.epoch, wanted: input.from, from, onto: target.sha, headSha },
    dropped: [...(input.worktree?.state.takenOver?.dropped ?? []), from],
    ...{ laid, tree: areShowable.every(Boolean) ? laid : kept },
    ...(merge === undefined ? { conflicts: [] } : await mergingOf(merge, (files as Replanted).sides)),
    ...(replaces === undefined ? {} : { replaces }),
    ...(chainEnd === undefined ? {} : { chainEnd }),
  };
  const worktree = input.worktree ?? (await makeIn(headSha));
  await layNoted(await updateState(worktree, { takenOver: taken, replaces }), chain, taken);
  return taken;

  async function makeIn(sha: string): Promise<Worktree> {
    const { epicId, taskKey, epoch } = chain;
    if (!(await moveRefs(bare, await branchMoves(bare, { epicId, taskKey, epoch, branch, local, head: sha })))) {
      throw finalFailure('LocalBranchMoved', `The branch ${branch} was moved by somebody else`);
    }
    const tree = laid === kept ? undefined : laid;
    return await makeWorktree({ bare, epicId, path, epoch, branch, head: sha, tree, conflict: merge && laidOf(merge) });
  }

  async function mergingOf(found: TakeOverMerge, sides: MergeSides) {
    const conflicts = await withSizes(bare, sides, told(found.conflicts));
    return { merging: laidOf(found), conflicts };
  }
}

const laidOf = ({ sides: { ours, theirs } }: TakeOverMerge): LaidConflict => ({
  ...{ head: ours, parent: theirs, isTakenOver: true },
});

/** The newest commit of the target that the work holds: a merge whose result was lost on its way is in the files only. */
async function newestHeld({ bare, worktree, targetBranch, from }: TakeOverInput, head: Ref): Promise<string> {
  const merged = trailer(head.message, 'Factory-Merged');
  if (merged !== undefined) return merged;
  const { base } = worktree?.state ?? {};
  const isHeld = base?.branch === targetBranch && (await isAncestor(bare, base.sha, head.sha));
  return isHeld ? base.sha : from;
}

/** Makes branch and files what was noted, unless they are. */
async function layNoted(worktree: Worktree, chain: Chain, { headSha, laid, merging }: TakenOver): Promise<void> {
  const head = await headOf(worktree);
  if (head.sha === headSha) return;
  const files = { sha: headSha, tree: laid, ...(merging === undefined ? {} : { merging }) };
  await lay(worktree, chain, head, files, 'Before it was taken over');
  const { tree } = await readCommit(worktree.bare, headSha);
  if (laid !== tree) await git(worktree.repo, ['read-tree', '--reset', headSha]);
}
