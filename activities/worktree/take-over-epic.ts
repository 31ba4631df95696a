/** The epic's branch on a base that has dropped what it stood on. */
import { finalFailure } from '../../clients/failures.ts';
import { commonBase, mergeBase } from '../../clients/git/ancestry.ts';
import { holds } from '../../clients/git/base-branch.ts';
import type { GitRepo } from '../../clients/git/git.ts';
import type { Ref } from '../../clients/git/refs.ts';
import { forgeBranch, readForge } from '../../clients/git/remote.ts';
import { type GitHost, openRepository } from '../../clients/git/repository.ts';
import type { KnownBase } from '../../workflows/contract/base.ts';
import type { Placement } from '../../workflows/contract/placement.ts';
import type { SecretsAllowed } from '../../workflows/contract/worktree.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { scanChange, secretText } from '../secrets/scan.ts';
import { type Chain, forgeChain, makeCheckpoint, pushChain, readChain, refuseReplaced } from './checkpoint-chain.ts';
import { commitTree, trailer } from './commits.ts';
import { droppedFiles } from './dropped-commits.ts';
import { replant } from './take-over-merge.ts';

export interface TakeOverEpicInput extends SecretsAllowed {
  readonly epicId: string;
  readonly repository: string;
  readonly placement: Placement;
  readonly branch: string;
  /** The base that the branch is built on. */
  readonly base: KnownBase;
}

export interface TakenOverEpic {
  /** Where the branch is now, and the commit of the base that it is built on. */
  readonly headSha: string;
  readonly baseSha: string;
}

export function createTakeOverActivities(host: GitHost) {
  return {
    /**
     * Moves the epic's branch to one commit on top of the rewritten base that holds what its tasks brought, and begins the
     * epic's new checkpoint chain. It is the only branch that is moved so, from exactly where it was read.
     * Idempotent: a branch that holds nothing of the dropped commits stays where it is.
     * Fails: MergeConflict (final) with the files, SecretFound, BaseBranchMissing (final; also where nobody can tell what
     * the branch stands on), PushRejected (final); ForgeUnavailable,
     * GitFailed (retried).
     * Runs on: host-<name>.
     */
    takeOverEpicBranch: (input: TakeOverEpicInput): Promise<TakenOverEpic> =>
      withHeartbeat((signal) => takeOverEpic(host, input, signal)),
  };
}

async function takeOverEpic(host: GitHost, input: TakeOverEpicInput, signal: AbortSignal): Promise<TakenOverEpic> {
  const { epicId, branch, base, placement, secretsAllowedIn: files, allowedSecrets: hashes } = input;
  const bare = await openRepository(host, input.repository, signal);
  const chain: Chain = { epicId, taskKey: undefined, epoch: placement.epoch, author: host.author };
  const wanted = { branch: forgeBranch(branch), base: forgeBranch(base.branch) };
  const refs = await readForge(bare, [...Object.values(wanted), forgeChain(chain)]);
  const [head, onto] = [refs.get(wanted.branch.there), refs.get(wanted.base.there)];
  if (head === undefined) throw finalFailure('BaseBranchMissing', `The forge has no branch ${branch}`);
  if (onto === undefined) throw finalFailure('BaseBranchMissing', `The forge has no branch ${base.branch}`);
  const from = await standsOn(bare, base.sha, { head, onto: onto.sha });
  if (from === undefined) {
    throw finalFailure(
      'BaseBranchMissing',
      `${branch} is at ${head.sha.slice(0, 12)}, and nobody can tell whether that holds what ${base.branch} has dropped: it was to be built on ${base.sha.slice(0, 12)}, which is neither there nor on this host. Move ${branch} to a commit on top of ${base.branch}, or cancel`,
    );
  }
  if (await holds(bare, onto.sha, from)) {
    return { headSha: head.sha, baseSha: await mergeBase(bare, onto.sha, head.sha) };
  }
  const state = await readChain(bare, chain);
  refuseReplaced(chain, state);
  const merge = await replant(bare, { from, onto, tree: head.tree });
  if (merge.kind === 'conflict') {
    throw finalFailure(
      'MergeConflict',
      `What is merged into ${branch} conflicts with the rewritten ${base.branch} in ${merge.files.join(', ')}`,
      { details: [{ files: merge.files }] },
    );
  }
  const exempt = { epicId, files, hashes, base: onto.sha };
  const secrets = await scanChange(bare, { from: onto.tree, to: merge.tree, exempt });
  if (secrets.length > 0) throw finalFailure('SecretFound', secrets.map(secretText).join(', '));
  const dropped = await droppedFiles(bare, { from, onto: onto.sha, tree: merge.tree });
  if (dropped.length > 0) {
    const words = `${branch} holds files of the commits that ${base.branch} has dropped: ${dropped.join(', ')}`;
    throw finalFailure('MergeConflict', words, { details: [{ files: dropped }] });
  }
  const sha = await commitTree(bare, {
    tree: merge.tree,
    parents: [onto.sha],
    message: `Take over what was merged into ${branch} onto the rewritten ${base.branch}`,
    trailers: { 'Factory-Epic': epicId, [ONTO]: onto.sha },
    author: host.author,
  });
  const why = 'taken over onto another base';
  const checkpoint = await makeCheckpoint(bare, chain, { tree: merge.tree, head: sha, after: undefined, why });
  const now = { ...bare, base: { branch: base.branch, sha: onto.sha } };
  const moved = { name: branch, sha, replaces: head.sha };
  await pushChain(now, chain, { sha: checkpoint, expected: state.fetched?.sha, branch: moved });
  return { headSha: sha, baseSha: onto.sha };
}

/** The commit of the base that a branch was taken over onto. */
const ONTO = 'Factory-Onto';

/** The newest commit of the base's former history that the branch holds; undefined when that cannot be told. */
async function standsOn(
  bare: GitRepo,
  known: string,
  { head: { sha: head, message }, onto }: { readonly head: Ref; readonly onto: string },
): Promise<string | undefined> {
  if (await holds(bare, head, known)) return known;
  // It was taken over before, perhaps onto what is dropped by now too, or moved by hand.
  const before = trailer(message, ONTO);
  if (before !== undefined && (await holds(bare, head, before))) return before;
  if (await holds(bare, head, onto)) return onto;
  return await commonBase(bare, known, head);
}
