/** Taking a task's files back to an earlier turn: a commit more on the branch, never one less. */
import { passingFailure } from '../../clients/failures.ts';
import { isAncestor, mergeBase } from '../../clients/git/ancestry.ts';
import { git } from '../../clients/git/git.ts';
import { EPIC_NAME } from '../../clients/git/names.ts';
import { moveRefs, type Ref, readCommit } from '../../clients/git/refs.ts';
import type { Clone, GitHost } from '../../clients/git/repository.ts';
import { withHeartbeat } from '../heartbeat.ts';
import type { TurnInWorktree } from './checkpoint.ts';
import { type Chain, makeCheckpoint, pushChain, readChain, refuseReplaced } from './checkpoint-chain.ts';
import { commitTree, mergeTrees, trailer } from './commits.ts';
import { droppedFiles, leaveDropped } from './dropped-commits.ts';
import { keepMoves } from './keep-work.ts';
import { takeSnapshot } from './snapshot.ts';
import { replant } from './take-over-merge.ts';
import type { LaidConflict } from './worktree-memory.ts';
import { headMove, headOf, moveTree, openWorktree, updateState, type Worktree } from './worktree-state.ts';

/** The checkpoint of that turn is wanted. */
export interface RewindWorktreeInput extends TurnInWorktree {
  /** The newest commit of the target branch that the task's branch holds. */
  readonly baseSha: string;
  /** The same key is the same commit. */
  readonly key: string;
}

export type RewindWorktreeResult =
  | { readonly kind: 'rewound'; readonly headSha: string }
  | { readonly kind: 'impossible'; readonly reason: string };

export function createRewindActivities(host: GitHost) {
  return {
    /**
     * Commits the tree of a turn's checkpoint to the task's branch and makes worktree and index equal to it; what was
     * merged from the target branch since that turn is in the commit too. What the worktree held before is kept on this
     * host under a ref of its own. Ignored files stay. The chain tells the forge of the new head, the branch's own push
     * comes with the next submission.
     * Idempotent: a head that carries the key is this commit; a kill in between is ended by the next try.
     * Fails: PushRejected, those of worktrees (final); DiskFull, ForgeUnavailable, GitFailed (retried).
     * Runs on: host-<name>.
     */
    rewindWorktree: (input: RewindWorktreeInput): Promise<RewindWorktreeResult> =>
      withHeartbeat((signal) => rewind(host, input, signal)),
  };
}

async function rewind(host: GitHost, input: RewindWorktreeInput, signal: AbortSignal): Promise<RewindWorktreeResult> {
  const { epicId, taskKey, placement } = input;
  const chain: Chain = { epicId, taskKey, epoch: placement.epoch, author: host.author };
  const worktree = await openWorktree(host, input, signal);
  const head = await leaveDropped(worktree, await headOf(worktree));
  if (trailer(head.message, 'Factory-Key') !== input.key) {
    const files = await filesToRestore(worktree, chain, input);
    if ('reason' in files) return { kind: 'impossible', reason: files.reason };
    const sha = await commitTree(worktree.bare, {
      tree: files.tree,
      parents: [head.sha],
      message: `Go back to turn ${input.turn}`,
      trailers: { 'Factory-Epic': epicId, 'Factory-Task': taskKey, 'Factory-Key': input.key },
      author: host.author,
    });
    await lay(worktree, chain, head, { sha, tree: files.tree }, 'Before a person took the task back');
  }
  return { kind: 'rewound', headSha: await tellForge(worktree, chain, `back at turn ${input.turn}`) };
}

/**
 * The checkpoint's tree. The branch keeps every merge of the target that it has, so where one came later its content
 * must be in the tree too: without it the next merge would undo other people's work.
 */
async function filesToRestore(
  { bare, state }: Worktree,
  chain: Chain,
  { agentId, turn, baseSha }: RewindWorktreeInput,
): Promise<{ tree: string } | { reason: string }> {
  const wanted = `${agentId} ${turn}`;
  const checkpoint = await findCheckpoint(bare, (await readChain(bare, chain)).local?.sha, wanted);
  const { takenOver } = state;
  if (checkpoint === undefined && takenOver?.chainEnd !== undefined) {
    const before = await findCheckpoint(bare, takenOver.chainEnd, wanted);
    if (before !== undefined) return await filesTakenOver(bare, before, { turn, baseSha, from: takenOver.from });
  }
  if (checkpoint === undefined)
    return { reason: `the files of turn ${turn} are not on the forge: they went with a host` };
  const head = trailer(checkpoint.message, 'Factory-Head') ?? checkpoint.sha;
  if (await isAncestor(bare, baseSha, head)) return { tree: checkpoint.tree };
  const ours = await commitTree(bare, { tree: checkpoint.tree, parents: [head], message: `Turn ${turn}` });
  const merged = await mergeTrees(bare, { ours, theirs: baseSha, base: baseSha });
  if (merged.kind === 'clean') return { tree: merged.tree };
  const files = merged.files.slice(0, 10).join(', ');
  return { reason: `the files of turn ${turn} conflict with what was merged into the branch since: ${files}` };
}

/** Those of a turn that was taken on a base which was rewritten since: what it changed, on what the base is now. */
async function filesTakenOver(
  bare: Clone,
  checkpoint: Ref,
  { turn, baseSha, from }: { readonly turn: number; readonly baseSha: string; readonly from: string },
): Promise<{ tree: string } | { reason: string }> {
  const onto = await readCommit(bare, baseSha);
  const head = trailer(checkpoint.message, 'Factory-Head') ?? checkpoint.sha;
  const replanting = { from: await mergeBase(bare, from, head), onto, tree: checkpoint.tree };
  const merged = await replant(bare, replanting);
  const on = 'the base was rewritten since, and on what it is now';
  if (merged.kind === 'conflict') {
    return { reason: `${on} the files of turn ${turn} conflict: ${merged.files.slice(0, 10).join(', ')}` };
  }
  const dropped = await droppedFiles(bare, { from, onto: baseSha, tree: merged.tree });
  if (dropped.length === 0) return { tree: merged.tree };
  return { reason: `${on} turn ${turn} would bring back what was dropped: ${dropped.slice(0, 10).join(', ')}` };
}

/** Looks along the whole chain, past earlier rewinds and other placements. */
async function findCheckpoint(bare: Clone, end: string | undefined, turn: string): Promise<Ref | undefined> {
  if (end === undefined) return undefined;
  const wanted = `^Factory-Turn: ${turn.replaceAll(/[.\\[\]*^$]/g, '\\$&')}$`;
  const args = ['log', '--first-parent', '--max-count=1', '--format=%H', `--grep=${wanted}`, end];
  const sha = (await git(bare, args)).trim();
  return sha === '' ? undefined : await readCommit(bare, sha);
}

/** Keeps what is there and the commit does not hold, then makes files, index and branch the commit's. */
export async function lay(
  worktree: Worktree,
  chain: Chain,
  head: Ref,
  commit: { sha: string; tree: string; merging?: LaidConflict },
  keptAs: string,
): Promise<void> {
  const { bare, state } = worktree;
  const { tree } = await takeSnapshot(worktree);
  if (tree !== head.tree || !(await isAncestor(bare, head.sha, commit.sha))) {
    const { epicId, taskKey = EPIC_NAME, epoch } = chain;
    const moves = await keepMoves(bare, { epicId, taskKey, epoch, head, tree, why: keptAs });
    if (!(await moveRefs(bare, moves)))
      throw passingFailure(
        'GitFailed',
        `What ${worktree.path} held was kept by another try meanwhile; it is tried again`,
      );
  }
  const settled = state.conflict === undefined ? worktree : await updateState(worktree, { conflict: undefined });
  const { merging: conflict } = commit;
  const move = { tree: commit.tree, head: headMove(worktree, head.sha, commit.sha) };
  await moveTree(settled, tree, conflict === undefined ? move : { ...move, conflict });
}

/** Puts the head at the end of the chain, unless an earlier try did; returns the head. */
export async function tellForge(worktree: Worktree, chain: Chain, why: string): Promise<string> {
  const { bare } = worktree;
  const [head, state] = await Promise.all([headOf(worktree), readChain(bare, chain)]);
  refuseReplaced(chain, state);
  const { local, pushed } = state;
  if (local?.head === head.sha && local.sha === pushed) return head.sha;
  const sha =
    local?.head === head.sha
      ? local.sha
      : await makeCheckpoint(bare, chain, { tree: head.tree, head: head.sha, after: local?.sha, why });
  await pushChain(bare, chain, { sha, expected: pushed });
  return head.sha;
}
