/**
 * Taking work over onto a base that has dropped what it stood on: its changes come along in one commit, the dropped
 * history stays behind.
 */
import { finalFailure } from '../failures.ts';
import { scanChange } from '../secrets/scan.ts';
import { isAncestor } from './ancestry.ts';
import { type Chain, makeCheckpoint, pushChain, readChain, refuseReplaced } from './chain.ts';
import { commitTree, type MergedTrees, mergeTrees, trailer } from './commits.ts';
import { type GitPlace, git } from './git.ts';
import { branchMoves, makeWorktree } from './prepare.ts';
import { moveRefs, type Ref, readCommit } from './refs.ts';
import type { Clone } from './repository.ts';
import { lay } from './rewind.ts';
import { takeSnapshot } from './snapshot.ts';
import { headOf, updateState, type Worktree } from './worktree-state.ts';

/** What was taken over into a worktree. */
export interface TakenOver {
  /** The target's commit that the work was built on, and the one that it is built on now. */
  readonly from: string;
  readonly onto: string;
  readonly headSha: string;
  /** The files, and as far as they may be shown to the forge. */
  readonly laid: string;
  readonly tree: string;
  /** Files that hold conflict markers now. */
  readonly conflicts: readonly string[];
  /** The conflicts were settled and committed. */
  readonly isSettled?: boolean;
  /** Where the forge still has the branch as it was. */
  readonly replaces?: string;
}

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
  readonly secretsAllowedIn: readonly string[];
}

/**
 * Makes branch and worktree the task's changes on top of the target, and begins its checkpoint chain anew. A conflict is
 * laid into the worktree with its markers, uncommitted. What the worktree held before is kept on this host.
 * Idempotent: a worktree that notes it is left as it is, and only what did not reach the forge is pushed.
 */
export async function takeOver(input: TakeOverInput): Promise<TakenOver> {
  const { bare, chain } = input;
  const state = await readChain(bare, chain);
  refuseReplaced(chain, state);
  const noted = input.worktree?.state.takenOver;
  const isNoted = noted?.from === input.from;
  const taken = isNoted ? noted : await layTaken(input, await readWork(input));
  // A kill came between the note and the files.
  if (isNoted && input.worktree !== undefined) await layNoted(input.worktree, chain, noted);
  if (state.fetched?.epoch !== chain.epoch) {
    const { tree, headSha: head } = taken;
    const sha = await makeCheckpoint(bare, chain, {
      tree,
      head,
      after: undefined,
      why: 'taken over onto another base',
    });
    await pushChain(bare, chain, { sha, expected: state.fetched?.sha });
  }
  return taken;
}

interface Work {
  readonly head: Ref;
  /** Its files, committed or not. */
  readonly tree: string;
}

async function readWork({ bare, chain, worktree, remote }: TakeOverInput): Promise<Work | undefined> {
  if (worktree !== undefined) {
    const head = await headOf(worktree);
    // A merge that is not settled holds what may have been dropped.
    const isMerging = worktree.state.conflict !== undefined;
    return { head, tree: isMerging ? head.tree : (await takeSnapshot(worktree)).tree };
  }
  const { local, fetched } = await readChain(bare, chain);
  const isBeyond = local !== undefined && (fetched === undefined || (await isAncestor(bare, fetched.sha, local.sha)));
  const end = isBeyond ? local : fetched;
  if (end !== undefined) return { head: await readCommit(bare, end.head), tree: end.tree };
  return remote && { head: remote, tree: remote.tree };
}

async function layTaken(input: TakeOverInput, work: Work | undefined): Promise<TakenOver> {
  const { bare, chain, path, branch, target, remote, local, secretsAllowedIn: allowed } = input;
  const from = work === undefined ? input.from : await newestHeld(input, work.head);
  const nothing: MergedTrees = { kind: 'clean', tree: target.tree };
  const committed = work === undefined ? nothing : await replant(bare, { from, onto: target, tree: work.head.tree });
  const isCommitted = work === undefined || work.tree === work.head.tree;
  const files = isCommitted ? committed : await replant(bare, { from, onto: target, tree: work.tree });
  const isShowable = async (tree: string) =>
    (await scanChange(bare, { from: target.tree, to: tree, allowed })).length === 0;
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
  const taken: TakenOver = {
    ...{ from: input.from, onto: target.sha, headSha },
    ...{ laid: files.tree, tree: (await isShowable(files.tree)) ? files.tree : kept },
    conflicts: files.kind === 'conflict' ? files.files : [],
    ...(replaces === undefined ? {} : { replaces }),
  };
  const worktree = input.worktree ?? (await makeIn(headSha));
  await layNoted(await updateState(worktree, { takenOver: taken, replaces }), chain, taken);
  return taken;

  async function makeIn(sha: string): Promise<Worktree> {
    const { epicId, taskKey, epoch } = chain;
    if (!(await moveRefs(bare, await branchMoves(bare, { epicId, taskKey, epoch, branch, local, head: sha })))) {
      throw finalFailure('WorktreeUnusable', `The branch ${branch} was moved by somebody else`);
    }
    const tree = files.tree === kept ? undefined : files.tree;
    return await makeWorktree({ bare, epicId, path, epoch, branch, head: sha, tree });
  }
}

/** The newest commit of the target that the work holds: a merge whose result was lost on its way is in the files only. */
async function newestHeld({ bare, worktree, targetBranch, from }: TakeOverInput, head: Ref): Promise<string> {
  const merged = trailer(head.message, 'Factory-Merged');
  if (merged !== undefined) return merged;
  const { base } = worktree?.state ?? {};
  const isHeld = base?.branch === targetBranch && (await isAncestor(bare, base.sha, head.sha));
  return isHeld ? base.sha : from;
}

/** Makes branch and files what was noted, unless they are. */
async function layNoted(worktree: Worktree, chain: Chain, { headSha, laid }: TakenOver): Promise<void> {
  const head = await headOf(worktree);
  if (head.sha === headSha) return;
  await lay(worktree, chain, head, { sha: headSha, tree: laid }, 'Before it was taken over');
  const { tree } = await readCommit(worktree.bare, headSha);
  if (laid !== tree) await git(worktree.place, ['read-tree', '--reset', headSha]);
}

/** Applies what a tree changes against `from` to another commit: a merge whose sides have nothing else in common. */
export async function replant(
  bare: GitPlace,
  { from, onto, tree }: { readonly from: string; readonly onto: Ref; readonly tree: string },
): Promise<MergedTrees> {
  const { tree: before } = await readCommit(bare, from);
  if (before === tree) return { kind: 'clean', tree: onto.tree };
  const at = (parents: string[], made: string) => commitTree(bare, { tree: made, parents, message: 'x', at: 0 });
  const base = await at([], before);
  const [ours, theirs] = [await at([base], onto.tree), await at([base], tree)];
  return await mergeTrees(bare, { ours, theirs, base: ours });
}
