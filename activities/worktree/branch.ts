/** The task's branch: the factory commits what the agent wrote, and pushes it forward. */
import { finalFailure } from '../../clients/failures.ts';
import { isAncestor } from '../../clients/git/ancestry.ts';
import { moveRefs, readCommit } from '../../clients/git/refs.ts';
import { readForge } from '../../clients/git/remote.ts';
import type { Clone, GitHost } from '../../clients/git/repository.ts';
import { copyIndex } from '../../clients/git/snapshot-index.ts';
import type { Secret } from '../../workflows/contract/change.ts';
import type { Conflict, ResolvedConflict } from '../../workflows/contract/conflict.ts';
import type { SecretsAllowed, WorktreeInput } from '../../workflows/contract/worktree.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { findDisagreements } from '../lfs/judge-files.ts';
import { scanCommits, secretText } from '../secrets/scan.ts';
import { withSizes } from './change-sizes.ts';
import {
  type Chain,
  forgeChain,
  makeCheckpoint,
  pushChain,
  readChain,
  refuseReplaced,
  takeChain,
} from './checkpoint-chain.ts';
import { commitTree, trailer } from './commits.ts';
import { findConflicts } from './conflicts.ts';
import { droppedFrom, leaveDropped } from './dropped-commits.ts';
import { settleConflicts, told } from './settle-conflicts.ts';
import { shortened, takeSnapshot } from './snapshot.ts';
import { takeBack } from './take-back-commits.ts';
import { findAhead, takeIn } from './take-in-pushes.ts';
import type { LaidConflict } from './worktree-memory.ts';
import { headMove, headOf, openWorktree, updateState, type Worktree } from './worktree-state.ts';

export interface CommitChangeInput extends WorktreeInput {
  readonly taskKey: string;
  /** Conflicts of the merge that lies in the worktree, for which the agent names the side to keep. */
  readonly resolved?: readonly ResolvedConflict[];
  readonly message: string;
  /** The same key is the same commit. */
  readonly key: string;
}

export interface CommitChangeResult {
  readonly headSha: string;
  readonly treeSha: string;
  /** False when there was nothing to commit. */
  readonly changed: boolean;
  /** Conflicts of a merge that the files do not settle: its Worker must settle them, and commit again. */
  readonly unresolved: Conflict[];
  /** The commit of the target branch that was merged in, where this settled a merge. */
  readonly mergedSha?: string;
  /** The two commits of that merge. */
  readonly sides?: { readonly task: string; readonly base: string };
  /** They conflict with what somebody pushed to the task's own branch, not with the target. */
  readonly isOwnBranch?: boolean;
  /** They conflict with the rewritten base that the work was taken over onto. */
  readonly isTakenOver?: boolean;
  /** What cannot be committed: nested repositories, files over 50 MB. */
  readonly leftOut: string[];
  /** Changed files that a filter would have to encrypt or convert: nothing was committed, its Worker must undo them. */
  readonly filtered?: string[];
  /** What was changed within submodules, or points to a commit that nobody can fetch: nothing was committed either. */
  readonly submodules?: readonly string[];
  /** Files of Git LFS that cannot be in a commit as they are, each with the reason: nothing was committed either. */
  readonly lfs?: readonly string[];
}

export interface ShowHeadInput extends WorktreeInput, SecretsAllowed {
  readonly headSha: string;
}

export interface PushBranchInput extends ShowHeadInput {
  readonly branch: string;
}

export interface PushBranchResult {
  /** What looks like a secret in the new commits: then nothing was pushed, and the branch has left them. */
  readonly secrets: Secret[];
}

export function createBranchActivities(host: GitHost) {
  return {
    /**
     * Commits the worktree's files to the task's branch; afterwards the index equals the commit, and the commit holds
     * what the forge's branch has: a branch that was rewritten here goes on from there, what others pushed is merged.
     * A merge that lies in the worktree is committed when each of its conflicts is settled by the files, or by a side
     * that the agent names, whose version is then laid there.
     * Idempotent: a head that carries the key is returned.
     * Fails: those of worktrees (final); DiskFull, ForgeUnavailable, GitFailed (retried).
     * Runs on: host-<name>.
     */
    commitChange: (input: CommitChangeInput) => withHeartbeat((signal) => commitChange(host, input, signal)),

    /**
     * Pushes the branch, forward only, together with the checkpoint chain: both or neither. Commits that hold what looks
     * like a secret are not pushed but taken back: their files stay, uncommitted, for the Worker to fix.
     * Idempotent: what is there already counts.
     * Fails: PushRejected (final) when the task was placed again, BranchMoved (final) when somebody pushed to the branch
     * since the commit, SecretFound (final) in the epic's own branch, LfsObjectMissing (final); ForgeUnavailable (retried).
     * Runs on: host-<name>.
     */
    pushBranch: (input: PushBranchInput) => withHeartbeat((signal) => push(host, input, signal)),

    /**
     * Puts the head on the task's checkpoint chain while its branch must not be pushed yet: so people can look at it, and
     * no lost host takes it along. What looks like a secret is treated as by pushBranch.
     * Idempotent: a chain whose end names the head is left as it is.
     * Fails: PushRejected (final) when the task was placed again; ForgeUnavailable (retried).
     * Runs on: host-<name>.
     */
    showHead: (input: ShowHeadInput) => withHeartbeat((signal) => push(host, input, signal)),
  };
}

async function commitChange(host: GitHost, input: CommitChangeInput, signal: AbortSignal): Promise<CommitChangeResult> {
  const opened = await openWorktree(host, input, signal);
  const { bare, branch } = opened;
  if (branch === undefined) throw finalFailure('WorktreeDetached', `${opened.path} is on no branch to commit to`);
  const [snapshot, found] = await Promise.all([takeSnapshot(opened), headOf(opened)]);
  const head = await leaveDropped(opened, found);
  const answer = (commit: Commit, changed: boolean) => ({
    ...{ headSha: commit.sha, treeSha: commit.tree, changed, unresolved: [], leftOut: snapshot.unwelcome },
  });
  const conflictAnswer = (commit: Commit, changed: boolean, unresolved: Conflict[], merge: LaidConflict) => ({
    ...{ ...answer(commit, changed), unresolved, sides: { task: merge.head, base: merge.parent } },
    ...(merge.isOwnBranch === true ? { isOwnBranch: true } : {}),
    ...(merge.isTakenOver === true ? { isTakenOver: true } : {}),
  });
  if (trailer(head.message, 'Factory-Key') === input.key) {
    if (snapshot.tree === head.tree) await copyIndex(opened.snapshots, opened.repo);
    await updateState(opened, { conflict: undefined });
    return answer(head, true);
  }

  if (snapshot.filtered.length > 0) return { ...answer(head, false), filtered: snapshot.filtered };
  const { submodules } = snapshot;
  if (submodules.length > 0) return { ...answer(head, false), submodules };
  const lfs = [...snapshot.lfs, ...(await findDisagreements(opened, snapshot.tree))];
  if (lfs.length > 0) return { ...answer(head, false), lfs: shortened(lfs) };
  const { resolved = [] } = input;
  const dropped = await droppedFrom(opened, snapshot.tree);
  if (dropped.length > 0)
    return { ...answer(head, false), unresolved: told(dropped.map(droppedAt)), isTakenOver: true };
  // As the worktree itself remembers it: what a caller believes is not what lies there.
  const merged = opened.state.conflict;
  const settlement =
    merged === undefined ? undefined : await settleConflicts(opened, merged, { tree: snapshot.tree, resolved });
  if (merged !== undefined && settlement !== undefined && settlement.unsettled.length > 0) {
    return conflictAnswer(head, false, settlement.unsettled, merged);
  }
  const { worktree, tree } = settlement ?? { worktree: opened, tree: snapshot.tree };
  const { epicId, taskKey, placement } = input;
  const ahead = await findAhead(worktree, head, { epicId, taskKey, epoch: placement.epoch });
  const base = ahead?.isOurs ? ahead.commit : head;
  const joined = merged === undefined || merged.isTakenOver === true ? undefined : merged.parent;
  const others = [head.sha, ...(joined === undefined ? [] : [joined])];
  const isHeld = await Promise.all(others.map((other) => isAncestor(bare, other, base.sha)));
  const parents = [base.sha, ...others.filter((_, i) => !isHeld[i])];
  const held = joined ?? head.sha;
  const theirs = !ahead || ahead.isOurs || (await isAncestor(bare, ahead.commit.sha, held)) ? undefined : ahead.commit;

  const trailers = { 'Factory-Epic': epicId, 'Factory-Task': taskKey };
  const keyed = { ...trailers, 'Factory-Key': input.key };
  const isEmpty = parents.length === 1 && tree === base.tree;
  const commit = { tree, parents, message: input.message, author: host.author };
  // A merge that follows is what carries the key.
  const sha = isEmpty ? base.sha : await commitTree(bare, { ...commit, trailers: theirs ? trailers : keyed });
  if (sha !== head.sha) await moveBranch(worktree, head.sha, sha);
  const settled = await updateState(worktree, { conflict: undefined });
  const mergedSha = merged?.isOwnBranch === true ? undefined : joined;
  if (theirs === undefined)
    return { ...answer({ sha, tree }, !isEmpty), ...(mergedSha === undefined ? {} : { mergedSha }) };
  const both = await takeIn(settled, { ours: sha, theirs: theirs.sha, trailers: keyed, author: host.author });
  if (both.kind === 'clean') return answer(both, true);
  const between = { ours: sha, theirs: theirs.sha };
  const conflicts = await withSizes(bare, between, told(findConflicts(both.report, between)));
  const laid = { head: sha, parent: theirs.sha, isOwnBranch: true };
  return conflictAnswer({ sha, tree }, !isEmpty, conflicts, laid);
}

/** No word about it settles that. */
const droppedAt = (path: string): Conflict => ({
  ...{ path, kind: 'dropped', others: [] },
  ...{ task: 'has it as a dropped commit had it', base: 'has dropped it', left: 'what was dropped' },
  problem: 'what the rewritten base has dropped may not come back: delete it, or write it again without that',
});

interface Commit {
  readonly sha: string;
  readonly tree: string;
}

/** Moves the branch from under the worktree, whose files are the commit's already. */
async function moveBranch(worktree: Worktree, from: string, to: string): Promise<void> {
  if (!(await moveRefs(worktree.bare, [headMove(worktree, from, to)]))) {
    throw finalFailure(
      'LocalBranchMoved',
      `The branch ${worktree.branch} was moved by somebody else while its work was committed`,
    );
  }
  await copyIndex(worktree.snapshots, worktree.repo);
}

/** Pushes a commit with the chain, and where one is named the branch; what looks like a secret keeps it here. */
async function push(
  host: GitHost,
  input: ShowHeadInput & { readonly branch?: string },
  signal: AbortSignal,
): Promise<PushBranchResult> {
  const { epicId, taskKey, branch, headSha } = input;
  const chain: Chain = { epicId, taskKey, epoch: input.placement.epoch, author: host.author };
  const worktree = await openWorktree(host, input, signal);
  const { bare } = worktree;
  const { end, pushed, tree } = await chainEnd(bare, chain, headSha);
  const isThere = end?.head === headSha && end.tree === tree && end.sha === pushed;
  if (branch === undefined && isThere) return { secrets: [] };
  const known = pushed === undefined ? [] : [pushed];
  const { secretsAllowedIn: files, allowedSecrets: hashes } = input;
  const exempt = { epicId, files, hashes, base: bare.base?.sha };
  const secrets = await scanCommits(bare, { head: headSha, known, exempt });
  if (secrets.length > 0) {
    // The epic's own commits are merges of what was pushed before, made by nobody's hand.
    if (worktree.branch === undefined) throw finalFailure('SecretFound', secrets.map(secretText).join(', '));
    await takeBack(worktree, headSha, known);
    return { secrets };
  }
  const why = branch === undefined ? 'waits for a person' : `push of ${branch}`;
  const sha = await makeCheckpoint(bare, chain, { tree, head: headSha, after: end?.sha, why });
  const { replaces } = worktree.state;
  const named = branch === undefined ? {} : { branch: { name: branch, sha: headSha, replaces } };
  await pushChain(bare, chain, { sha, expected: pushed, ...named });
  return { secrets };
}

/** Where the chain ends here. The epic's chain is taken over by a placement's first push, a task's when it is prepared. */
async function chainEnd(bare: Clone, chain: Chain, headSha: string) {
  const [head, state] = await Promise.all([readCommit(bare, headSha), readChain(bare, chain)]);
  refuseReplaced(chain, state);
  const isFirst = chain.taskKey !== undefined && chain.epoch === 1;
  if (state.pushed !== undefined || isFirst) return { end: state.local, pushed: state.pushed, tree: head.tree };
  if (chain.taskKey !== undefined) {
    const name = `${chain.epicId}/${chain.taskKey}`;
    throw finalFailure('WorktreeNotPrepared', `${name} was not prepared for placement ${chain.epoch}; place it again`);
  }
  await readForge(bare, [forgeChain(chain)]);
  const end = await takeChain(bare, chain, head);
  return { end, pushed: end?.sha, tree: head.tree };
}
