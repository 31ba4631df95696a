/**
 * The checkpoint chain of a task: one line of commits on the forge that every push of the task also moves, with a lease
 * on what this placement last put there. So a placement that was replaced can push nothing any more.
 */
import { finalFailure } from '../failures.ts';
import { commitTree, trailer } from './commits.ts';
import { isGitFailure } from './failures.ts';
import { type Author, type GitPlace, git, REMOTE_TIMEOUT_MS } from './git.ts';
import { type ChainRefs, chainRefs, EPIC_NAME } from './names.ts';
import { isAncestor, moveRefs, type Ref, type RefMove, readRefs } from './refs.ts';
import { fetchFromForge, lockRepository } from './repository.ts';

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
}

export interface ChainState {
  readonly refs: ChainRefs;
  /** This host's end of the chain. */
  readonly local: Checkpoint | undefined;
  /** The forge's end as last fetched. */
  readonly fetched: Checkpoint | undefined;
  /** The forge's end as this placement last pushed it. */
  readonly pushed: string | undefined;
}

export const chainRefspecs = (epicId: string): string[] => [
  `refs/factory/checkpoints/${epicId}/*:refs/factory/fetched/${epicId}/*`,
];

/** The chain's state among refs that were read together with `chainRefNames`. */
export function chainState(chain: Chain, refs: ReadonlyMap<string, Ref>): ChainState {
  const names = chainRefs(chain.epicId, chain.taskKey, chain.epoch);
  return {
    refs: names,
    local: readCheckpoint(refs.get(names.chain)),
    fetched: readCheckpoint(refs.get(names.fetched)),
    pushed: refs.get(names.pushed)?.sha,
  };
}

export function chainRefNames(chain: Chain): string[] {
  const { chain: local, fetched, pushed } = chainRefs(chain.epicId, chain.taskKey, chain.epoch);
  return [local, fetched, pushed];
}

function readCheckpoint(ref: Ref | undefined): Checkpoint | undefined {
  if (ref === undefined) return undefined;
  const head = trailer(ref.message, 'Factory-Head') ?? ref.sha;
  return {
    ...ref,
    head,
    epoch: Number(trailer(ref.message, 'Factory-Epoch') ?? 0),
    turn: trailer(ref.message, 'Factory-Turn'),
  };
}

export interface CheckpointInput {
  readonly tree: string;
  readonly head: string;
  /** The end of the chain that it goes on from. */
  readonly after: string | undefined;
  readonly why: string;
  readonly turn?: string;
}

/** Makes a checkpoint, which is on no chain until it is pushed or kept. */
export async function makeCheckpoint(place: GitPlace, chain: Chain, input: CheckpointInput): Promise<string> {
  const { tree, head, after, why, turn } = input;
  return await commitTree(place, {
    tree,
    parents: after === undefined ? [head] : [after, head],
    message: `Checkpoint: ${why}`,
    trailers: {
      'Factory-Epic': chain.epicId,
      'Factory-Task': chain.taskKey ?? EPIC_NAME,
      'Factory-Epoch': String(chain.epoch),
      'Factory-Head': head,
      'Factory-Turn': turn,
    },
    author: chain.author,
  });
}

/** Puts a checkpoint at this host's end of the chain only, for a forge that is away. */
export async function keepCheckpoint(place: GitPlace, chain: Chain, sha: string): Promise<void> {
  const { chain: ref } = chainRefs(chain.epicId, chain.taskKey, chain.epoch);
  await moveRefs(place, [{ ref, to: sha, from: undefined }]);
}

export interface ChainPush {
  readonly sha: string;
  /** The lease: what this placement last saw at the forge's end of the chain. */
  readonly expected: string | undefined;
  readonly branch?: { readonly name: string; readonly sha: string };
  /** More to move on this host when the push has arrived. */
  readonly moves?: readonly RefMove[];
}

/**
 * Pushes a checkpoint to the end of the chain, and a branch with it, all or nothing. Idempotent: what a killed push of
 * this placement brought there counts.
 * Fails PushRejected (final) when another placement moved the chain, or anybody the branch.
 */
export async function pushChain(place: GitPlace, chain: Chain, push: ChainPush): Promise<void> {
  const { chain: ref, pushed } = chainRefs(chain.epicId, chain.taskKey, chain.epoch);
  const { sha, branch, moves = [] } = push;
  const refspecs = [`${sha}:${ref}`, ...(branch ? [`${branch.sha}:refs/heads/${branch.name}`] : [])];
  let expected = push.expected;
  for (let tries = 1; ; tries++) {
    const lease = `--force-with-lease=${ref}:${expected ?? ''}`;
    try {
      await git(place, ['push', '--quiet', '--atomic', '--no-verify', lease, 'forge', ...refspecs], {
        timeoutMs: REMOTE_TIMEOUT_MS,
      });
      break;
    } catch (error) {
      if (!isGitFailure(error, 'lease-lost')) throw error;
      const there = await ownEndThere(place, chain, ref);
      if (there === undefined || there === expected || tries > 2) throw refused(chain, error);
      expected = there;
    }
  }
  const ends = [ref, pushed].map((each) => ({ ref: each, to: sha, from: undefined }));
  await moveHere(place, chain, [...ends, ...moves]);
}

async function moveHere(place: GitPlace, chain: Chain, moves: readonly RefMove[]): Promise<void> {
  if (await moveRefs(place, moves)) return;
  throw finalFailure(
    'WorktreeUnusable',
    `A branch of ${chain.epicId} was moved by somebody else while it was prepared`,
  );
}

/** The forge's end of the chain when this very placement put it there, and was killed before it could note that. */
async function ownEndThere(place: GitPlace, chain: Chain, ref: string): Promise<string | undefined> {
  const listed = await git(place, ['ls-remote', 'forge', ref], { timeoutMs: REMOTE_TIMEOUT_MS });
  const sha = listed.split('\t')[0];
  if (!sha) return undefined;
  const message = await git(place, ['cat-file', 'commit', sha]).catch(() => undefined);
  return Number(trailer(message, 'Factory-Epoch')) === chain.epoch ? sha : undefined;
}

function refused(chain: Chain, cause?: unknown) {
  const name = `${chain.epicId}/${chain.taskKey ?? EPIC_NAME}`;
  return finalFailure('PushRejected', `${name} was placed again: placement ${chain.epoch} may not push any more`, {
    cause,
  });
}

/**
 * Takes the chain over for this placement: puts an empty checkpoint of its epoch there, so that every later push of an
 * older one is refused. Call it after a fetch of the chain, with what was read then; `movesFor` says what else moves on
 * this host once it is known where the chain ends. Answers that end; a first placement leaves a chain that does not
 * exist to its first checkpoint, because there is nobody to refuse yet, and that it must not exist is a lease too.
 * Idempotent: an end of this epoch is left as it is.
 */
export async function takeChain(
  place: GitPlace,
  chain: Chain,
  head: Ref,
  options: {
    readonly refs: ReadonlyMap<string, Ref>;
    readonly movesFor?: (end: Checkpoint | undefined) => Promise<RefMove[]>;
  },
): Promise<Checkpoint | undefined> {
  const movesFor = options.movesFor ?? (async () => []);
  let refs = options.refs;
  for (let tries = 1; ; tries++) {
    const { local, fetched, pushed, refs: names } = chainState(chain, refs);
    if (fetched !== undefined && fetched.epoch > chain.epoch) throw refused(chain);
    const ours = local !== undefined && (fetched === undefined || (await isAncestor(place, fetched.sha, local.sha)));
    const end = ours ? local : fetched;
    if (fetched === undefined ? chain.epoch === 1 : fetched.epoch === chain.epoch) {
      const moves: RefMove[] = await movesFor(end);
      const { sha } = end ?? head;
      if (local?.sha !== sha) moves.push({ ref: names.chain, to: sha, from: undefined });
      if (fetched !== undefined && !pushed) moves.push({ ref: names.pushed, to: fetched.sha, from: undefined });
      if (moves.length > 0) await moveHere(place, chain, moves);
      return end;
    }
    const input = { tree: end?.tree ?? head.tree, head: end?.head ?? head.sha, after: end?.sha };
    const sha = await makeCheckpoint(place, chain, { ...input, why: `placement ${chain.epoch} takes over` });
    const taken = { sha, tree: input.tree, head: input.head, epoch: chain.epoch, turn: undefined, message: '' };
    try {
      await pushChain(place, chain, { sha, expected: fetched?.sha, moves: await movesFor(taken) });
      return taken;
    } catch (error) {
      // The old placement pushed in between: what it brought is taken over too.
      const wasOvertaken = error instanceof Error && isGitFailure(error.cause, 'lease-lost');
      if (!wasOvertaken || tries === 5) throw error;
      await lockRepository(place, () => fetchFromForge(place, chainRefspecs(chain.epicId)));
      refs = await readRefs(place, chainRefNames(chain));
    }
  }
}
