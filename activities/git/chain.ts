/**
 * The checkpoint chain of a task: one line of commits on the forge that every push of the task also moves, with a lease
 * on what this placement last put there. So a placement that was replaced can push nothing any more.
 */
import { finalFailure } from '../failures.ts';
import { commitTree, trailer } from './commits.ts';
import { isGitFailure } from './failures.ts';
import { type Author, type GitPlace, git, REMOTE_TIMEOUT_MS } from './git.ts';
import { type ChainRefs, chainRefs, EPIC_NAME } from './names.ts';
import { isAncestor, moveRefs, type Ref, readRefs } from './refs.ts';
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
    epoch: Number(trailer(ref.message, 'Factory-Epoch')),
    turn: trailer(ref.message, 'Factory-Turn'),
  };
}

export interface CheckpointInput {
  readonly tree: string;
  readonly head: string;
  readonly after: string | undefined;
  /** This host's end of the chain as it was read: another placement on this host may have moved it since. */
  readonly localEnd: string | undefined;
  readonly why: string;
  readonly turn?: string;
}

/** Makes a checkpoint and puts it at this host's end of the chain. */
export async function addCheckpoint(place: GitPlace, chain: Chain, input: CheckpointInput): Promise<string> {
  const { tree, head, after, localEnd, why, turn } = input;
  const sha = await commitTree(place, {
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
  const { chain: ref } = chainRefs(chain.epicId, chain.taskKey, chain.epoch);
  if (!(await moveRefs(place, [{ ref, to: sha, from: localEnd ?? null }]))) throw refused(chain);
  return sha;
}

/**
 * Pushes this host's end of the chain, and a branch with it, all or nothing. Idempotent: what a killed push had already
 * brought there counts. Fails PushRejected (final) when another placement moved the chain or anybody the branch.
 */
export async function pushChain(
  place: GitPlace,
  chain: Chain,
  push: {
    readonly sha: string;
    readonly expected: string | undefined;
    readonly branch?: { name: string; sha: string };
  },
): Promise<void> {
  const { chain: ref, pushed } = chainRefs(chain.epicId, chain.taskKey, chain.epoch);
  const refspecs = [
    `${push.sha}:${ref}`,
    ...(push.branch ? [`${push.branch.sha}:refs/heads/${push.branch.name}`] : []),
  ];
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
  await moveRefs(place, [{ ref: pushed, to: push.sha, from: undefined }]);
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
 * older one is refused. Call it after a fetch of the chain. Answers where the chain now ends and what stood there before.
 * Idempotent: an end of this epoch is left as it is.
 */
export async function takeChain(place: GitPlace, chain: Chain, head: Ref): Promise<Checkpoint> {
  for (let tries = 1; ; tries++) {
    const state = chainState(chain, await readRefs(place, chainRefNames(chain)));
    const { local, fetched, pushed, refs } = state;
    if (fetched !== undefined && fetched.epoch > chain.epoch) throw refused(chain);
    const ours = local !== undefined && (fetched === undefined || (await isAncestor(place, fetched.sha, local.sha)));
    const end = ours ? local : fetched;
    if (end !== undefined && fetched?.epoch === chain.epoch) {
      const moves = [
        ...(local?.sha === end.sha ? [] : [{ ref: refs.chain, to: end.sha, from: undefined }]),
        ...(pushed === undefined ? [{ ref: refs.pushed, to: fetched.sha, from: undefined }] : []),
      ];
      if (moves.length > 0) await moveRefs(place, moves);
      return end;
    }
    const input = { tree: end?.tree ?? head.tree, head: end?.head ?? head.sha, after: end?.sha };
    const why = `placement ${chain.epoch} takes over`;
    const sha = await addCheckpoint(place, chain, { ...input, localEnd: local?.sha, why });
    try {
      await pushChain(place, chain, { sha, expected: fetched?.sha });
      return { sha, tree: input.tree, head: input.head, epoch: chain.epoch, turn: undefined, message: '' };
    } catch (error) {
      // The old placement pushed in between: what it brought is taken over too.
      const wasOvertaken = error instanceof Error && isGitFailure(error.cause, 'lease-lost');
      if (!wasOvertaken || tries === 5) throw error;
      await lockRepository(place, () => fetchFromForge(place, chainRefspecs(chain.epicId)));
    }
  }
}
