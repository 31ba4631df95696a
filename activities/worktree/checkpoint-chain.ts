/**
 * The checkpoint chain of a task: one line of commits on the forge that every push of the task also moves, with a lease
 * on what this placement last put there. So a placement that was replaced can push nothing any more.
 */
import { finalFailure } from '../../clients/failures.ts';
import { isAncestor } from '../../clients/git/ancestry.ts';
import { isGitFailure } from '../../clients/git/failures.ts';
import type { Author, GitRepo } from '../../clients/git/git.ts';
import { type ChainRefs, chainRefs, EPIC_NAME } from '../../clients/git/names.ts';
import { moveRefs, type Ref, type RefMove, readCommit, readRefs } from '../../clients/git/refs.ts';
import { type BranchMove, type ForgeRef, lookAtForge, pushToForge, readForge } from '../../clients/git/remote.ts';
import type { Clone } from '../../clients/git/repository.ts';
import { commitTree, trailer } from './commits.ts';
import type { LaidConflict } from './worktree-memory.ts';

export interface Chain {
  readonly epicId: string;
  /** Undefined for the epic's own chain. */
  readonly taskKey: string | undefined;
  readonly epoch: number;
  readonly author?: Author | undefined;
}

/** What a checkpoint says of itself. */
export interface Checkpoint extends Ref {
  /** 0 for the commit that the branch was cut from, where this host's chain begins before it is on the forge. */
  readonly epoch: number;
  /** The branch's head when it was taken. */
  readonly head: string;
  /** `<agent> <turn>` of a turn's checkpoint. */
  readonly turn: string | undefined;
  /** The merge with conflicts that its files are in the middle of. */
  readonly merging?: LaidConflict;
}

export interface ChainState {
  readonly refs: ChainRefs;
  /** Where this host's chain ends. */
  readonly local: Checkpoint | undefined;
  /** The forge's end as last fetched. */
  readonly fetched: Checkpoint | undefined;
  /** The forge's end as this placement last pushed it. */
  readonly pushed: string | undefined;
}

/** The chain on the forge, for `readForge`. */
export function forgeChain(chain: Chain): ForgeRef {
  const { chain: there, fetched: here } = chainRefs(chain.epicId, chain.taskKey, chain.epoch);
  return { there, here, optional: true };
}

/**
 * The chain as this placement knows it. With a forge whose objects are shared that is the forge's own end, read now: an
 * end of this epoch was pushed by this placement, so there is nothing to note here after a push.
 */
export async function readChain(clone: Clone, chain: Chain): Promise<ChainState> {
  const refs = chainRefs(chain.epicId, chain.taskKey, chain.epoch);
  const [here, there] = await Promise.all([
    readRefs(clone, [refs.chain, refs.fetched, refs.pushed]),
    clone.forge === undefined ? undefined : readRefs(clone.forge, [refs.chain]),
  ]);
  const local = readCheckpoint(here.get(refs.chain));
  if (there === undefined) {
    return { refs, local, fetched: readCheckpoint(here.get(refs.fetched)), pushed: here.get(refs.pushed)?.sha };
  }
  const fetched = readCheckpoint(there.get(refs.chain));
  if (fetched === undefined) return { refs, local, fetched, pushed: undefined };
  // What could not be pushed is beyond the forge's end; what else is here is older.
  const isBeyond = local !== undefined && (await isAncestor(clone, fetched.sha, local.sha));
  const pushed = fetched.epoch === chain.epoch ? fetched.sha : undefined;
  return { refs, local: isBeyond ? local : fetched, fetched, pushed };
}

/** Fails PushRejected (final) when it is known here already that a later placement has the chain. */
export function refuseReplaced(chain: Chain, { fetched }: ChainState): void {
  if (fetched !== undefined && fetched.epoch > chain.epoch) throw refused(chain);
}

function readCheckpoint(ref: Ref | undefined): Checkpoint | undefined {
  if (ref === undefined) return undefined;
  const head = trailer(ref.message, 'Factory-Head') ?? ref.sha;
  const merging = readMerging(trailer(ref.message, 'Factory-Merging'));
  return {
    ...ref,
    head,
    epoch: epochOf(ref),
    turn: trailer(ref.message, 'Factory-Turn'),
    ...(merging === undefined ? {} : { merging }),
  };
}

function readMerging(text: string | undefined): LaidConflict | undefined {
  const [head, parent, kind] = text?.split(' ') ?? [];
  if (head === undefined || parent === undefined) return undefined;
  if (kind === 'taken-over') return { head, parent, isTakenOver: true };
  return { head, parent, ...(kind === undefined ? {} : { isOwnBranch: true }) };
}

const mergingText = ({ head, parent, isOwnBranch, isTakenOver }: LaidConflict): string =>
  [head, parent, ...(isOwnBranch === true ? ['own'] : isTakenOver === true ? ['taken-over'] : [])].join(' ');

const epochOf = (commit: Ref | undefined): number => Number(trailer(commit?.message, 'Factory-Epoch') ?? 0);

export interface CheckpointInput {
  readonly tree: string;
  readonly head: string;
  /** The end of the chain that it goes on from. */
  readonly after: string | undefined;
  readonly why: string;
  readonly turn?: string;
  readonly merging?: LaidConflict | undefined;
}

/** Makes a checkpoint, which is on no chain until it is pushed or kept. */
export async function makeCheckpoint(repo: GitRepo, chain: Chain, input: CheckpointInput): Promise<string> {
  const { tree, head, after, why, turn, merging } = input;
  return await commitTree(repo, {
    tree,
    parents: after === undefined ? [head] : [after, head],
    message: `Checkpoint: ${why}`,
    trailers: {
      'Factory-Epic': chain.epicId,
      'Factory-Task': chain.taskKey ?? EPIC_NAME,
      'Factory-Epoch': String(chain.epoch),
      'Factory-Head': head,
      'Factory-Turn': turn,
      'Factory-Merging': merging === undefined ? undefined : mergingText(merging),
    },
    author: chain.author,
  });
}

/** Puts a checkpoint at this host's end of the chain only, for a forge that is away. */
export async function keepCheckpoint(repo: GitRepo, chain: Chain, sha: string): Promise<void> {
  const { chain: ref } = chainRefs(chain.epicId, chain.taskKey, chain.epoch);
  await moveRefs(repo, [{ ref, to: sha, from: undefined }]);
}

export interface ChainPush {
  readonly sha: string;
  /** The lease: what this placement last saw at the forge's end of the chain. */
  readonly expected: string | undefined;
  readonly branch?: BranchMove;
  /** More to move on this host when the push has arrived. */
  readonly moves?: readonly RefMove[];
}

/**
 * Pushes a checkpoint to the end of the chain, and a branch with it, all or nothing. Idempotent: what a killed push of
 * this placement brought there counts.
 * Fails PushRejected (final) when another placement moved the chain, BranchMoved (final) when anybody moved the branch.
 */
export async function pushChain(clone: Clone, chain: Chain, push: ChainPush): Promise<void> {
  const { chain: ref, pushed } = chainRefs(chain.epicId, chain.taskKey, chain.epoch);
  const { sha, branch, moves = [] } = push;
  let expected = push.expected;
  for (let tries = 1; ; tries++) {
    try {
      await pushToForge(clone, { ref, to: sha, expected }, branch);
      break;
    } catch (error) {
      if (!isGitFailure(error, 'lease-lost')) throw error;
      const there = await lookAtForge(clone, ref);
      const isOurs = there === undefined ? expected === undefined : await isOfSameTry(clone, chain, there.commit, sha);
      if (!isOurs || tries > 2) throw refused(chain, error);
      expected = there?.sha;
    }
  }
  const ends = clone.forge === undefined ? [ref, pushed].map((each) => ({ ref: each, to: sha, from: undefined })) : [];
  await moveHere(clone, chain, [...ends, ...moves]);
}

/**
 * Whether the forge's end was pushed by a try that was killed before it noted that: `sha` goes on from it, or both go on
 * from the same end. A try that was frozen while this placement went on finds an end beyond, and may not take it back.
 */
async function isOfSameTry(clone: Clone, chain: Chain, there: Ref | undefined, sha: string): Promise<boolean> {
  if (there === undefined || epochOf(there) !== chain.epoch) return false;
  const ours = await readCommit(clone, sha);
  return endBefore(there) === endBefore(ours) || (await isAncestor(clone, there.sha, sha));
}

/** The first of a chain has only the branch's head as its parent. */
const endBefore = ({ parents }: Ref): string | undefined => (parents.length > 1 ? parents[0] : undefined);

async function moveHere(repo: GitRepo, chain: Chain, moves: readonly RefMove[]): Promise<void> {
  if (await moveRefs(repo, moves)) return;
  throw finalFailure(
    'LocalBranchMoved',
    `A branch of ${chain.epicId} was moved by somebody else while it was prepared`,
  );
}

function refused(chain: Chain, cause?: unknown) {
  const name = `${chain.epicId}/${chain.taskKey ?? EPIC_NAME}`;
  return finalFailure('PushRejected', `${name} was placed again: placement ${chain.epoch} may not push any more`, {
    cause,
  });
}

/**
 * Takes the chain over for this placement: puts an empty checkpoint of its epoch there, so that every later push of an
 * older one is refused. Call it after a `readForge` of the chain; `movesFor` says what else moves on this host once it
 * is known where the chain ends. Answers that end; a first placement leaves a chain that does not exist to its first
 * checkpoint, because there is nobody to refuse yet, and that it must not exist is a lease too.
 * Idempotent: an end of this epoch is left as it is.
 */
export async function takeChain(
  clone: Clone,
  chain: Chain,
  head: Ref,
  movesFor: (end: Checkpoint | undefined) => Promise<RefMove[]> = async () => [],
): Promise<Checkpoint | undefined> {
  for (let tries = 1; ; tries++) {
    const state = await readChain(clone, chain);
    refuseReplaced(chain, state);
    const { local, fetched, pushed, refs: names } = state;
    const ours = local !== undefined && (fetched === undefined || (await isAncestor(clone, fetched.sha, local.sha)));
    const end = ours ? local : fetched;
    if (fetched === undefined ? chain.epoch === 1 : fetched.epoch === chain.epoch) {
      const moves: RefMove[] = await movesFor(end);
      const { sha } = end ?? head;
      if (local?.sha !== sha) moves.push({ ref: names.chain, to: sha, from: undefined });
      if (fetched !== undefined && !pushed) moves.push({ ref: names.pushed, to: fetched.sha, from: undefined });
      await moveHere(clone, chain, moves);
      return end;
    }
    const input = { tree: end?.tree ?? head.tree, head: end?.head ?? head.sha, after: end?.sha, merging: end?.merging };
    const sha = await makeCheckpoint(clone, chain, { ...input, why: `placement ${chain.epoch} takes over` });
    const facts = { parents: [], message: '', epoch: chain.epoch, turn: undefined };
    const merging = end?.merging === undefined ? {} : { merging: end.merging };
    const taken: Checkpoint = { sha, tree: input.tree, head: input.head, ...facts, ...merging };
    try {
      await pushChain(clone, chain, { sha, expected: fetched?.sha, moves: await movesFor(taken) });
      return taken;
    } catch (error) {
      // The old placement pushed in between: what it brought is taken over too.
      const wasOvertaken = error instanceof Error && isGitFailure(error.cause, 'lease-lost');
      if (!wasOvertaken || tries === 5) throw error;
      await readForge(clone, [forgeChain(chain)]);
    }
  }
}
