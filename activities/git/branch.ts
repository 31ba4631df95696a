/** The task's branch: the factory commits what the agent wrote, and pushes it forward. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Placement } from '../../workflows/contract/task.ts';
import { finalFailure } from '../failures.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { isAncestor } from './ancestry.ts';
import { type Chain, forgeChain, makeCheckpoint, pushChain, readChain, refuseReplaced, takeChain } from './chain.ts';
import { commitTree, mergeTrees, trailer } from './commits.ts';
import { moveRefs, readCommit } from './refs.ts';
import { readForge } from './remote.ts';
import type { Clone, GitHost } from './repository.ts';
import { takeSnapshot } from './snapshot.ts';
import { copyIndex } from './snapshot-index.ts';
import { headMove, headOf, openWorktree, updateState, type Worktree } from './worktree-state.ts';

export interface CommitChangeInput {
  readonly epicId: string;
  readonly taskKey: string;
  readonly repository: string;
  readonly placement: Placement;
  readonly worktree: string;
  /** The target's commit whose merge with conflicts the agent has settled. */
  readonly mergeParent?: string;
  readonly message: string;
  /** The same key is the same commit. */
  readonly key: string;
}

export interface CommitChangeResult {
  readonly headSha: string;
  readonly treeSha: string;
  /** False when there was nothing to commit. */
  readonly changed: boolean;
  /** Files of the merge that still hold conflict markers: then nothing was committed. */
  readonly unresolved: string[];
  /** What cannot be committed: nested repositories, files over 50 MB. */
  readonly leftOut: string[];
}

export interface PushBranchInput {
  readonly epicId: string;
  /** Left out for the epic's own branch. */
  readonly taskKey?: string;
  readonly repository: string;
  readonly placement: Placement;
  readonly worktree: string;
  readonly branch: string;
  readonly headSha: string;
}

export function createBranchActivities(host: GitHost) {
  return {
    /**
     * Commits the worktree's files to the task's branch; afterwards the index equals the commit.
     * Idempotent: a head that carries the key is returned.
     * Fails: WorktreeUnusable (final); DiskFull, GitFailed (retried).
     * Runs on: host-<name>.
     */
    commitChange: (input: CommitChangeInput) => withHeartbeat((signal) => commitChange(host, input, signal)),

    /**
     * Pushes the branch, forward only, together with the checkpoint chain: both or neither.
     * Idempotent: what is there already counts.
     * Fails: PushRejected (final) when the task was placed again or the branch is elsewhere; ForgeUnavailable (retried).
     * Runs on: host-<name>.
     */
    pushBranch: (input: PushBranchInput) => withHeartbeat((signal) => pushBranch(host, input, signal)),
  };
}

async function commitChange(host: GitHost, input: CommitChangeInput, signal: AbortSignal): Promise<CommitChangeResult> {
  const worktree = await updateState(await openWorktree(host, input, signal), { verifying: undefined });
  const { bare, branch } = worktree;
  if (branch === undefined) throw finalFailure('WorktreeUnusable', `${worktree.path} is on no branch to commit to`);
  const [snapshot, head] = await Promise.all([takeSnapshot(worktree), headOf(worktree)]);
  const answer = (commit: { sha: string; tree: string }, changed: boolean, unresolved: string[] = []) => ({
    ...{ headSha: commit.sha, treeSha: commit.tree, changed, unresolved, leftOut: snapshot.unwelcome },
  });

  if (trailer(head.message, 'Factory-Key') === input.key) {
    if (snapshot.tree === head.tree) await copyIndex(worktree.snapshots, worktree.place);
    return answer(head, true);
  }
  const { mergeParent } = input;
  const merges = mergeParent !== undefined && !(await isAncestor(bare, mergeParent, head.sha));
  const unresolved = merges ? await unresolvedFiles(worktree, head.sha, mergeParent) : [];
  if (unresolved.length > 0) return answer(head, false, unresolved);
  if (!merges && snapshot.tree === head.tree) return answer(head, false);

  const sha = await commitTree(bare, {
    tree: snapshot.tree,
    parents: merges ? [head.sha, mergeParent] : [head.sha],
    message: input.message,
    trailers: { 'Factory-Epic': input.epicId, 'Factory-Task': input.taskKey, 'Factory-Key': input.key },
    author: host.author,
  });
  if (!(await moveRefs(bare, [headMove(worktree, head.sha, sha)]))) {
    throw finalFailure(
      'WorktreeUnusable',
      `The branch ${branch} was moved by somebody else while its work was committed`,
    );
  }
  await copyIndex(worktree.snapshots, worktree.place);
  return answer({ sha, tree: snapshot.tree }, true);
}

const MARKER = /^(<{7}|>{7}|\|{7}) /m;

/** Files that conflicted in this merge and still hold a marker. The merge is computed again, so no list can get lost. */
async function unresolvedFiles(worktree: Worktree, head: string, mergeParent: string): Promise<string[]> {
  const merge = await mergeTrees(worktree.bare, head, mergeParent);
  if (merge.kind === 'clean') return [];
  const marked = merge.files.map(async (file) => {
    const text = await readFile(join(worktree.path, file), 'utf8').catch(() => '');
    return MARKER.test(text) ? [file] : [];
  });
  return (await Promise.all(marked)).flat();
}

async function pushBranch(host: GitHost, input: PushBranchInput, signal: AbortSignal): Promise<{ headSha: string }> {
  const { epicId, taskKey, branch, headSha } = input;
  const chain: Chain = { epicId, taskKey, epoch: input.placement.epoch, author: host.author };
  const { bare } = await openWorktree(host, input, signal);
  const { end, pushed, tree } = await chainEnd(bare, chain, headSha);
  const sha = await makeCheckpoint(bare, chain, { tree, head: headSha, after: end?.sha, why: `push of ${branch}` });
  await pushChain(bare, chain, { sha, expected: pushed, branch: { name: branch, sha: headSha } });
  return { headSha };
}

/** Where the chain ends here. The epic's chain is taken over by a placement's first push, a task's when it is prepared. */
async function chainEnd(bare: Clone, chain: Chain, headSha: string) {
  const [head, state] = await Promise.all([readCommit(bare, headSha), readChain(bare, chain)]);
  refuseReplaced(chain, state);
  const isFirst = chain.taskKey !== undefined && chain.epoch === 1;
  if (state.pushed !== undefined || isFirst) return { end: state.local, pushed: state.pushed, tree: head.tree };
  if (chain.taskKey !== undefined) {
    const name = `${chain.epicId}/${chain.taskKey}`;
    throw finalFailure('WorktreeUnusable', `${name} was not prepared for placement ${chain.epoch}; place it again`);
  }
  await readForge(bare, [forgeChain(chain)]);
  const end = await takeChain(bare, chain, head);
  return { end, pushed: end?.sha, tree: head.tree };
}
